// Bytes of one request in, an HttpRequest out: Boost.Beast's parser, fed by hand, behind a strict
// check of the head.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "net/http_head_check.hpp"
#include "net/http_message.hpp"

namespace net {

// Fills in what HttpRequest shows.
class RequestBuilder {
 public:
    void set_line(std::string_view method, std::string_view target, unsigned version);
    void add_field(std::string_view name, std::string_view value);
    void set_peer(std::string_view address, std::uint16_t port, bool is_tls);
    std::string& body() { return request_.body_; }
    HttpRequest& request() { return request_; }

 private:
    HttpRequest::Span append(std::string_view text);

    HttpRequest request_;
};

// One request. One thread at a time.
class HttpParser {
 public:
    HttpParser(std::size_t head_limit, std::size_t body_limit);
    ~HttpParser();

    enum class State {
        head,      // the head is not complete
        body,      // the head is, the body is not
        complete,  // request() may be taken; bytes behind it were not touched
        failed,    // see failure()
    };

    // Stops behind the head of a request that has a body: put() takes nothing of the body until
    // collect() or stream() said what becomes of it. Requires: nothing was put.
    void stop_at_body() { stops_at_body_ = true; }
    // The body is kept, up to the limit; failed when it says to be longer. Requires: body.
    State collect();
    // The body has no limit, and builder().body() is emptied between the calls of put(). Requires:
    // body.
    void stream();

    // Takes what it can use and says how much in `consumed`; the rest must be given again, with
    // more behind it. Requires: not complete or failed.
    State put(std::string_view bytes, std::size_t& consumed);

    const HttpFailure& failure() const { return failure_; }

    // From State::body on:
    bool keep_alive() const;
    // The client waits for "100 Continue" before it sends the body.
    bool expects_continue() const;
    std::uint64_t body_received() const;

    // Requires: complete, or the head is and the body is streamed.
    RequestBuilder& builder();

 private:
    class Parser;

    State put_head(std::string_view bytes, std::size_t& consumed);
    State put_body(std::string_view bytes, std::size_t& consumed);
    State fail(HttpFailure failure);

    std::unique_ptr<Parser> parser_;
    std::size_t head_limit_;
    std::size_t body_limit_;
    std::size_t searched_ = 0;
    bool stops_at_body_ = false;
    bool in_body_ = false;
    HttpFailure failure_;
};

}  // namespace net
