#include "net/http_parser.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <limits>

namespace net {

namespace http = boost::beast::http;

namespace {

// A body is not trusted to be as long as it says before it has arrived.
constexpr std::size_t reserved_for_body = 64 * 1024;
// A chunk's header line, or the trailers, that are longer than this are refused.
constexpr std::size_t chunk_line_limit = 4 * 1024;
constexpr std::string_view head_end = "\r\n\r\n";

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

// "http://host/path" -> "/path"
std::string_view origin_form(std::string_view target) {
    const std::size_t scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos) return target;
    const std::size_t path = target.find_first_of("/?", scheme + 3);
    if (path == std::string_view::npos || target[path] == '?') return "/";
    return target.substr(path);
}

}  // namespace

HttpRequest::Span RequestBuilder::append(std::string_view text) {
    const HttpRequest::Span span{static_cast<std::uint32_t>(request_.text_.size()),
                                 static_cast<std::uint32_t>(text.size())};
    request_.text_ += text;
    return span;
}

void RequestBuilder::set_line(std::string_view method, std::string_view target, unsigned version) {
    request_.method_ = append(method);
    request_.target_ = append(target);
    request_.version_ = version;
}

void RequestBuilder::add_field(std::string_view name, std::string_view value) {
    const HttpRequest::Span name_span = append(name);
    request_.fields_.emplace_back(name_span, append(value));
}

void RequestBuilder::set_peer(std::string_view address, std::uint16_t port, bool is_tls) {
    request_.peer_address_ = address;
    request_.peer_port_ = port;
    request_.is_tls_ = is_tls;
}

// Beast calls back with what it finds; what it finds goes straight into the request.
class HttpParser::Parser final : public http::basic_parser<true> {
 public:
    RequestBuilder builder;
    std::uint64_t received = 0;

 private:
    using error_code = boost::beast::error_code;
    using text = boost::beast::string_view;

    void on_request_impl(http::verb, text method, text target, int version,
                         error_code& ec) override {
        ec = {};
        builder.set_line(view(method), origin_form(view(target)), static_cast<unsigned>(version));
    }
    void on_response_impl(int, text, int, error_code& ec) override { ec = http::error::bad_method; }
    void on_field_impl(http::field, text name, text value, error_code& ec) override {
        ec = {};
        // Trailers come through here as well. They could overrule what was decided from the head,
        // so they are dropped.
        if (!is_header_done()) builder.add_field(view(name), view(value));
    }
    void on_header_impl(error_code& ec) override { ec = {}; }
    void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code& ec) override {
        ec = {};
        if (length) builder.body().reserve(std::min<std::size_t>(*length, reserved_for_body));
    }
    std::size_t on_body_impl(text bytes, error_code& ec) override {
        ec = {};
        received += bytes.size();
        builder.body().append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, text, error_code& ec) override { ec = {}; }
    std::size_t on_chunk_body_impl(std::uint64_t, text bytes, error_code& ec) override {
        return on_body_impl(bytes, ec);
    }
    void on_finish_impl(error_code& ec) override { ec = {}; }
};

HttpParser::HttpParser(std::size_t head_limit, std::size_t body_limit)
    : parser_(std::make_unique<Parser>()), head_limit_(head_limit), body_limit_(body_limit) {
    parser_->header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(head_limit, std::numeric_limits<std::uint32_t>::max())));
    // Applied when it is known that the body is kept.
    parser_->body_limit(boost::none);
}

HttpParser::~HttpParser() = default;

HttpParser::State HttpParser::fail(HttpFailure failure) {
    failure_ = failure;
    return State::failed;
}

HttpParser::State HttpParser::put(std::string_view bytes, std::size_t& consumed) {
    consumed = 0;
    if (in_body_) return put_body(bytes, consumed);
    const State state = put_head(bytes, consumed);
    if (state != State::body || stops_at_body_) return state;
    if (collect() == State::failed) return State::failed;
    std::size_t more = 0;
    const State after = put_body(bytes.substr(consumed), more);
    consumed += more;
    return after;
}

HttpParser::State HttpParser::put_head(std::string_view bytes, std::size_t& consumed) {
    const std::size_t found = bytes.find(head_end, searched_);
    const std::size_t size =
        found == std::string_view::npos ? bytes.size() : found + head_end.size();
    if (size > head_limit_) return fail({431, "request head too large"});
    if (found == std::string_view::npos) {
        // A head whose lines end in bare line feeds would never end; say so instead of waiting.
        for (std::size_t at = bytes.find('\n', searched_); at != std::string_view::npos;
             at = bytes.find('\n', at + 1)) {
            if (at == 0 || bytes[at - 1] != '\r') return fail({400, "bare line feed in the head"});
        }
        searched_ = size < head_end.size() ? 0 : size - (head_end.size() - 1);
        return State::head;
    }
    const std::string_view head = bytes.substr(0, size);
    if (auto failure = check_head(head)) return fail(*failure);

    boost::beast::error_code ec;
    parser_->put(boost::asio::const_buffer(head.data(), head.size()), ec);
    consumed = size;
    if (ec) return fail({400, "malformed request"});
    if (parser_->is_done()) return State::complete;
    if (!parser_->is_header_done()) return fail({400, "malformed request"});
    in_body_ = true;
    return State::body;
}

HttpParser::State HttpParser::collect() {
    if (parser_->content_length().value_or(0) > body_limit_)
        return fail({413, "request body too large"});
    parser_->body_limit(body_limit_);
    return State::body;
}

void HttpParser::stream() {
    parser_->body_limit(boost::none);
}

HttpParser::State HttpParser::put_body(std::string_view bytes, std::size_t& consumed) {
    while (!parser_->is_done() && consumed < bytes.size()) {
        boost::beast::error_code ec;
        const std::string_view rest = bytes.substr(consumed);
        const std::size_t used =
            parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
        consumed += used;
        if (ec == http::error::need_more) {
            if (rest.size() - used > chunk_line_limit) return fail({400, "chunk header too long"});
            break;
        }
        if (ec == http::error::body_limit) return fail({413, "request body too large"});
        if (ec) return fail({400, "malformed request body"});
    }
    return parser_->is_done() ? State::complete : State::body;
}

bool HttpParser::keep_alive() const {
    return parser_->is_header_done() && parser_->keep_alive();
}

bool HttpParser::expects_continue() const {
    const HttpRequest& request = parser_->builder.request();
    return request.version() == 11 && request.header("expect").has_value();
}

std::uint64_t HttpParser::body_received() const {
    return parser_->received;
}

RequestBuilder& HttpParser::builder() {
    return parser_->builder;
}

}  // namespace net
