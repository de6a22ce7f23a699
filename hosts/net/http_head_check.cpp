#include "net/http_head_check.hpp"

#include <algorithm>
#include <cstddef>

#include "net/http_message.hpp"

namespace net {

namespace {

using Failure = std::optional<HttpFailure>;

constexpr std::string_view line_end = "\r\n";

Failure bad(std::string_view reason) {
    return HttpFailure{400, reason};
}

bool is_token_char(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// No control character but the tab; bytes from 0x80 on are let through.
bool is_field_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 || byte == '\t') && byte != 0x7F;
    });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// method SP target SP HTTP/1.x
Failure check_request_line(std::string_view line, bool& is_http_1_1) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad("malformed request line");
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method)) return bad("malformed method");
    const bool plain = std::all_of(target.begin(), target.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7F;
    });
    if (target.empty() || !plain) return bad("malformed request target");
    const bool origin_form = target.front() == '/';
    const bool absolute_form = target.starts_with("http://") || target.starts_with("https://");
    if (!origin_form && !absolute_form && !(target == "*" && method == "OPTIONS")) {
        return bad("malformed request target");
    }
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digits(version.substr(5, 1)) ||
        version[6] != '.' || !is_digits(version.substr(7))) {
        return bad("malformed HTTP version");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return HttpFailure{505, "HTTP version not supported"};
    is_http_1_1 = version == "HTTP/1.1";
    return std::nullopt;
}

// What decides where the request ends.
struct Framing {
    bool is_http_1_1 = false;
    int lengths = 0;
    int codings = 0;
    int hosts = 0;

    Failure add(std::string_view name, std::string_view value) {
        if (same_name(name, "content-length")) {
            ++lengths;
            if (!is_digits(value)) return bad("malformed content-length");
        } else if (same_name(name, "transfer-encoding")) {
            ++codings;
            if (!same_name(value, "chunked"))
                return HttpFailure{501, "transfer coding not implemented"};
        } else if (same_name(name, "host")) {
            ++hosts;
        } else if (same_name(name, "expect") && !same_name(value, "100-continue")) {
            return HttpFailure{417, "expectation not known"};
        }
        return std::nullopt;
    }

    Failure judge() const {
        if (lengths > 1) return bad("more than one content-length");
        if (codings > 1) return bad("more than one transfer-encoding");
        if (lengths != 0 && codings != 0) return bad("both content-length and transfer-encoding");
        if (codings != 0 && !is_http_1_1) return bad("transfer-encoding in HTTP/1.0");
        if (hosts > 1) return bad("more than one host");
        if (hosts == 0 && is_http_1_1) return bad("host missing");
        return std::nullopt;
    }
};

}  // namespace

std::optional<HttpFailure> check_head(std::string_view head) {
    Framing framing;
    bool first = true;
    while (!head.empty()) {
        const std::size_t end = head.find(line_end);
        if (end == std::string_view::npos) return bad("malformed line end");
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(end + line_end.size());
        if (line.find_first_of(line_end) != std::string_view::npos)
            return bad("malformed line end");
        if (first) {
            first = false;
            if (Failure failure = check_request_line(line, framing.is_http_1_1)) return failure;
            continue;
        }
        if (line.empty()) return head.empty() ? framing.judge() : bad("malformed head");
        if (line.front() == ' ' || line.front() == '\t') return bad("folded header line");
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return bad("malformed header name");
        const std::string_view value = trim(line.substr(colon + 1));
        if (!is_field_text(value)) return bad("malformed header value");
        if (Failure failure = framing.add(line.substr(0, colon), value)) return failure;
    }
    return bad("malformed head");
}

}  // namespace net
