// An HTTP request as the host receives it, and the answer it gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/buffer.hpp"

namespace net {

struct StreamedBody;

// Header names are compared without regard to case.
bool same_name(std::string_view a, std::string_view b);

// A well-formed request: its framing was checked, trailers were dropped. Its body is here, unless
// the host takes that in pieces. A value; all views it returns live as long as it does and is not
// moved.
class HttpRequest {
 public:
    struct Field {
        std::string_view name;
        std::string_view value;  // without surrounding blanks; any bytes but CR, LF and NUL
    };

    // As sent: "GET", also unknown ones ("BREW").
    std::string_view method() const { return part(method_); }
    // "/path?query", still percent-encoded; "*" for OPTIONS *. An absolute-form target was reduced
    // to this.
    std::string_view target() const { return part(target_); }
    // The target up to the first '?', and what follows that '?'.
    std::string_view path() const;
    std::string_view query() const;
    // 10 or 11.
    unsigned version() const { return version_; }

    // The first field of that name.
    std::optional<std::string_view> header(std::string_view name) const;
    // All fields of that name in order of arrival.
    std::vector<std::string_view> headers(std::string_view name) const;
    // Does a comma-separated header (Connection, Upgrade) contain this word?
    bool header_has_token(std::string_view name, std::string_view token) const;
    std::size_t field_count() const { return fields_.size(); }
    Field field(std::size_t index) const;

    const std::string& body() const { return body_; }
    std::string take_body() { return std::move(body_); }

    // The other end of the socket, which may be a proxy.
    const std::string& peer_address() const { return peer_address_; }
    std::uint16_t peer_port() const { return peer_port_; }
    bool is_tls() const { return is_tls_; }

 private:
    friend class RequestBuilder;

    struct Span {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
    };
    std::string_view part(Span span) const {
        return std::string_view(text_).substr(span.offset, span.size);
    }

    std::string text_;
    std::vector<std::pair<Span, Span>> fields_;
    Span method_;
    Span target_;
    unsigned version_ = 11;
    bool is_tls_ = false;
    std::uint16_t peer_port_ = 0;
    std::string peer_address_;
    std::string body_;
};

// What to answer. Content-Length, Date and Connection are added by the server; CR, LF and NUL in
// header values are turned into blanks. A body given to HEAD, 204 or 304 is not sent (HEAD keeps
// its length).
struct HttpResponse {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    BufferRef body;
    // A body that is sent in pieces (http_stream.hpp), instead of `body`. An answer that has one is
    // given once.
    std::shared_ptr<StreamedBody> stream{};
    // End the connection after this answer.
    bool close = false;

    static HttpResponse make(unsigned status, std::string content_type, std::string body);
    HttpResponse& add(std::string name, std::string value);
};

// "Not Found" for 404; "" for unknown ones.
std::string_view reason_phrase(unsigned status);

}  // namespace net
