#include "media/disposition.hpp"

#include "edge/json/text.hpp"

namespace whisprd::media {

namespace {

constexpr std::size_t longest_name = 255;

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

// attr-char of RFC 8187.
bool stands_for_itself(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c != '\0' && std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

std::string encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (stands_for_itself(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

}  // namespace

std::string clean_file_name(std::string_view given) {
    if (!edge::json::is_utf8(given)) return {};
    const auto folder = given.find_last_of("/\\");
    if (folder != std::string_view::npos) given.remove_prefix(folder + 1);
    std::string name;
    for (const char c : given) {
        if (!is_control(c)) name += c;
    }
    if (name == "." || name == "..") return {};
    if (name.size() > longest_name) {
        // Cut between two characters.
        std::size_t end = longest_name;
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
            --end;
        name.resize(end);
    }
    return name;
}

std::string content_disposition(bool in_place, std::string_view file_name) {
    const std::string name = clean_file_name(file_name);
    std::string out = in_place ? "inline" : "attachment";
    if (name.empty()) return out;
    std::string plain;
    bool same = true;
    for (const char c : name) {
        const bool fits = static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\' && c != '%';
        same = same && fits;
        // One underscore for a character, not for each of its bytes.
        if (fits || (static_cast<unsigned char>(c) & 0xC0) != 0x80) plain += fits ? c : '_';
    }
    out += "; filename=\"" + plain + '"';
    if (!same) out += "; filename*=UTF-8''" + encoded(name);
    return out;
}

}  // namespace whisprd::media
