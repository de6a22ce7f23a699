#include "wire/http_message.hpp"

#include <algorithm>
#include <charconv>

namespace load {
namespace {

bool same_name(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

// Walks the chunks behind a head. Returns the length they take, 0 if more bytes are needed.
std::size_t walk_chunks(std::string_view in, std::string* body, bool& invalid) {
    std::size_t at = 0;
    for (;;) {
        const std::size_t line = in.find("\r\n", at);
        if (line == std::string_view::npos) return 0;
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(in.data() + at, in.data() + line, size, 16);
        if (error != std::errc{} || end == in.data() + at || size > max_http_response) {
            invalid = true;
            return 0;
        }
        const std::size_t data = line + 2;
        if (in.size() < data + size + 2) return 0;
        if (size == 0) return data + 2;
        if (body != nullptr) body->append(in.substr(data, size));
        at = data + size + 2;
    }
}

}  // namespace

std::size_t http_head_length(std::string_view in) {
    const std::size_t end = in.find("\r\n\r\n");
    return end == std::string_view::npos ? 0 : end + 4;
}

std::string_view http_header(std::string_view head, std::string_view name) {
    std::size_t at = head.find("\r\n");
    while (at != std::string_view::npos && at + 2 < head.size()) {
        const std::size_t begin = at + 2;
        at = head.find("\r\n", begin);
        const std::string_view line = head.substr(begin, at - begin);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && same_name(line.substr(0, colon), name)) {
            return trimmed(line.substr(colon + 1));
        }
    }
    return {};
}

int http_status(std::string_view response) {
    int status = 0;
    if (response.size() < 12 || response.substr(0, 7) != "HTTP/1.") return 0;
    std::from_chars(response.data() + 9, response.data() + 12, status);
    return status;
}

std::size_t http_response_length(std::string_view in, bool& invalid) {
    const std::size_t head = http_head_length(in);
    if (head == 0) {
        invalid = in.size() > 65536 || (in.size() >= 7 && in.substr(0, 7) != "HTTP/1.");
        return 0;
    }
    const std::string_view fields = in.substr(0, head);
    const int status = http_status(in);
    if (status == 101 || status == 204 || status == 304) return head;
    if (same_name(http_header(fields, "transfer-encoding"), "chunked")) {
        const std::size_t chunks = walk_chunks(in.substr(head), nullptr, invalid);
        return chunks == 0 ? 0 : head + chunks;
    }
    const std::string_view length = http_header(fields, "content-length");
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), size);
    if (error != std::errc{} || end != length.data() + length.size() || size > max_http_response) {
        invalid = true;
        return 0;
    }
    return in.size() - head < size ? 0 : head + size;
}

std::string http_body(std::string_view response) {
    const std::size_t head = http_head_length(response);
    if (!same_name(http_header(response.substr(0, head), "transfer-encoding"), "chunked")) {
        return std::string(response.substr(head));
    }
    std::string body;
    bool invalid = false;
    (void)walk_chunks(response.substr(head), &body, invalid);
    return body;
}

std::string write_request(std::string_view host, const HttpRequest& request) {
    std::string out(request.method);
    out.append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ").append(host);
    out.append("\r\nAccept: application/json\r\n");
    if (!request.token.empty()) {
        out.append("Authorization: Bearer ").append(request.token).append("\r\n");
    }
    if (!request.body.empty() || request.method == "POST") {
        out.append("Content-Type: application/json\r\nContent-Length: ");
        out.append(std::to_string(request.body.size())).append("\r\n");
    }
    out.append("\r\n").append(request.body);
    return out;
}

}  // namespace load
