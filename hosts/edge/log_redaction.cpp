#include "log_redaction.hpp"

#include <algorithm>
#include <array>

namespace edge {

namespace {

constexpr std::size_t max_target_bytes = 2048;

constexpr std::array<std::string_view, 14> secret_names{"authorization", "proxy-authorization",
                                                        "cookie",        "set-cookie",
                                                        "token",         "ws_token",
                                                        "access_token",  "refresh_token",
                                                        "password",      "secret",
                                                        "private_key",   "api_key",
                                                        "content",       "signature"};

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

bool is_token_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || character == '_' ||
           character == '.';
}

}  // namespace

bool is_secret_name(std::string_view name) {
    return std::any_of(secret_names.begin(), secret_names.end(), [&](std::string_view secret) {
        return std::equal(name.begin(), name.end(), secret.begin(), secret.end(),
                          [](char given, char known) { return lower(given) == known; });
    });
}

std::string redact_tokens(std::string_view text) {
    // Every JSON web token begins with base64url of '{"'.
    constexpr std::string_view beginning = "eyJ";
    std::string result;
    for (;;) {
        const std::size_t begin = text.find(beginning);
        if (begin == std::string_view::npos) break;
        const auto* end = std::find_if_not(text.begin() + begin, text.end(), is_token_character);
        const std::string_view run =
            text.substr(begin, static_cast<std::size_t>(end - text.begin()) - begin);
        result += text.substr(0, begin);
        result += run.find('.') == std::string_view::npos ? run : redacted;
        text.remove_prefix(begin + run.size());
    }
    result += text;
    return result;
}

std::string redact_target(std::string_view target) {
    target = target.substr(0, max_target_bytes);
    const std::size_t query = target.find('?');
    if (query == std::string_view::npos) return redact_tokens(target);
    std::string result(target.substr(0, query));
    char separator = '?';
    std::string_view rest = target.substr(query + 1);
    for (;;) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view parameter = rest.substr(0, end);
        const std::size_t equals = parameter.find('=');
        const std::string_view name = parameter.substr(0, equals);
        result += separator;
        // A percent sign in a name may spell a secret's name in another way.
        const bool secret = is_secret_name(name) || name.find('%') != std::string_view::npos;
        if (equals != std::string_view::npos && secret) {
            result += name;
            result += '=';
            result += redacted;
        } else {
            result += parameter;
        }
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
        separator = '&';
    }
    return redact_tokens(result);
}

}  // namespace edge
