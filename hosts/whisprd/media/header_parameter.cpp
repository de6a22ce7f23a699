#include "media/header_parameter.hpp"

#include <algorithm>

namespace whisprd::media {

namespace {

struct Parameter {
    std::string name;
    std::string value;
};

// Takes "; name=value" or "; name=\"value\"" off the front.
std::optional<Parameter> take_parameter(std::string_view& rest) {
    const auto begin = rest.find(';');
    if (begin == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(begin + 1);
    const auto equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos || rest[equals] == ';') return Parameter{};
    Parameter parameter{lower(trimmed(rest.substr(0, equals))), {}};
    rest.remove_prefix(equals + 1);
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(';'), rest.size());
        parameter.value = std::string(trimmed(rest.substr(0, end)));
        rest.remove_prefix(end);
        return parameter;
    }
    std::size_t at = 1;
    for (; at < rest.size() && rest[at] != '"'; ++at) {
        const bool escaped = rest[at] == '\\' && at + 1 < rest.size() &&
                             (rest[at + 1] == '"' || rest[at + 1] == '\\');
        if (escaped) ++at;
        parameter.value += rest[at];
    }
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return parameter;
}

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string lower(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lowered;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
    while (auto parameter = take_parameter(header)) {
        if (parameter->name == name) return std::move(parameter->value);
    }
    return std::nullopt;
}

std::optional<std::string> decoded_extended(std::string_view value) {
    const auto quote = value.find('\'');
    const auto second = value.find('\'', quote + 1);
    if (quote == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    if (lower(value.substr(0, quote)) != "utf-8") return std::nullopt;
    std::string text;
    for (std::size_t i = second + 1; i < value.size(); ++i) {
        if (value[i] != '%') {
            text += value[i];
            continue;
        }
        const int high = i + 2 < value.size() ? hexadecimal(value[i + 1]) : -1;
        const int low = i + 2 < value.size() ? hexadecimal(value[i + 2]) : -1;
        if (high < 0 || low < 0) return std::nullopt;
        text += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return text;
}

}  // namespace whisprd::media
