#include "authenticator_dev_mode.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

namespace edge {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char character) {
        return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                    : character;
    });
    return result;
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(),
                       [](char digit) { return digit >= '0' && digit <= '9'; });
}

}  // namespace

bool says_forwarded(std::string_view header_name) {
    const std::string name = lower(header_name);
    return name == "forwarded" || name.starts_with("x-forwarded-") || name == "x-real-ip" ||
           name == "via";
}

bool names_loopback(std::string_view host) {
    // A NUL would end the text early for inet_pton.
    if (host.find('\0') != std::string_view::npos) return false;
    std::string name = lower(host);
    if (const std::size_t colon = name.rfind(':');
        colon != std::string::npos && name.back() != ']') {
        if (!is_port(std::string_view(name).substr(colon + 1))) return false;
        name.resize(colon);
    }
    if (name == "localhost" || name.ends_with(".localhost") || name == "[::1]") return true;
    in_addr address{};
    return inet_pton(AF_INET, name.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

}  // namespace edge
