#include "rest/params.hpp"

#include <algorithm>

#include "edge/json/text.hpp"

namespace whisprd::rest {

namespace {

int hex(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

struct Decoded {
    std::string text;
    bool sound = true;  // no broken percent sequence
};

Decoded percent_decoded(std::string_view text, bool plus_is_blank) {
    Decoded decoded;
    decoded.text.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && at + 2 < text.size() ? hex(text[at + 1]) : -1;
        const int low = high >= 0 ? hex(text[at + 2]) : -1;
        if (low >= 0) {
            decoded.text += static_cast<char>(high * 16 + low);
            at += 2;
            continue;
        }
        if (text[at] == '%') decoded.sound = false;
        decoded.text += plus_is_blank && text[at] == '+' ? ' ' : text[at];
    }
    return decoded;
}

const std::string* last_of(const Pairs& pairs, std::string_view name) {
    const std::string* found = nullptr;
    for (const auto& [key, value] : pairs) {
        if (key == name) found = &value;
    }
    return found;
}

}  // namespace

std::optional<Pairs> parse_pairs(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = percent_decoded(pair.substr(0, equals), true).text;
        auto value = equals < pair.size() ? percent_decoded(pair.substr(equals + 1), true).text
                                          : std::string();
        if (!edge::json::is_utf8(name) || !edge::json::is_utf8(value)) return std::nullopt;
        pairs.emplace_back(std::move(name), std::move(value));
    }
    return pairs;
}

std::optional<std::string> decode_segment(std::string_view segment) {
    auto decoded = percent_decoded(segment, false);
    const bool has_nul = decoded.text.find('\0') != std::string::npos;
    if (!decoded.sound || has_nul || !edge::json::is_utf8(decoded.text)) return std::nullopt;
    return std::move(decoded.text);
}

edge::json::Value Params::body(std::string_view name) const {
    const auto found = body_.find(name);
    const std::string* text = last_of(form_, name);
    if (found.kind != edge::json::Kind::absent || text == nullptr) return found;
    return {edge::json::Kind::string, *text, nullptr};
}

edge::json::Value Params::find(std::string_view name) const {
    const auto in_body = body(name);
    const std::string* text = last_of(query_, name);
    if (in_body.kind != edge::json::Kind::absent || text == nullptr) return in_body;
    return {edge::json::Kind::string, *text, nullptr};
}

Params Params::under(std::string_view name) const {
    const auto nested = body_.find(name);
    return {query_, form_, nested.kind == edge::json::Kind::object ? nested : body_};
}

bool Params::has_file(std::string_view name) const {
    return std::find(files_.begin(), files_.end(), name) != files_.end();
}

std::optional<std::string_view> Params::query(std::string_view name) const {
    const std::string* text = last_of(query_, name);
    if (text == nullptr) return std::nullopt;
    return *text;
}

}  // namespace whisprd::rest
