// One request that is being answered: who asks, with which parameters, and the answer. An endpoint
// takes it apart, calls the engine, and moves it into the engine's completion.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/error_table.hpp"
#include "net/http_message.hpp"
#include "net/http_responder.hpp"
#include "rate_limits.hpp"
#include "rest/params.hpp"
#include "service.hpp"
#include "whispr/caller.hpp"
#include "whispr/completion.hpp"

namespace whisprd::rest {

class Call {
 public:
    // Requires: `service` outlives it.
    Call(Service& service, net::HttpRequest request, net::HttpResponder responder);

    [[nodiscard]] Service& service() const { return service_; }
    [[nodiscard]] const net::HttpRequest& request() const { return request_; }
    [[nodiscard]] net::IoThread& thread() const { return *thread_; }

    // Path parameters in order, as the caller wrote them (decoded).
    void set_path(std::vector<std::string> segments) { path_ = std::move(segments); }
    [[nodiscard]] const std::string& path(std::size_t index) const { return path_[index]; }

    // Reads query and body. False when they are malformed: then there are no parameters. They hold
    // until this thread turns to another request.
    [[nodiscard]] bool read_params();
    [[nodiscard]] const Params& params() const { return params_; }

    // Finds out who asks. False when that cannot be told now (no keys): then it was answered.
    [[nodiscard]] bool identify();
    // Null for anonymous callers. Requires: identify().
    [[nodiscard]] const whispr::Caller* caller() const { return caller_ ? &*caller_ : nullptr; }

    // The Authorization header that says who the caller is; empty when a trusted proxy says it.
    // Requires: identify().
    [[nodiscard]] std::string_view presented_token() const;

    // Each answers once. On the connection's I/O thread.
    void answer(unsigned status, std::string_view json);
    void answer_empty(unsigned status);
    void refuse(const edge::HttpError& error);
    void refuse_too_fast(const RateLimit::Verdict& verdict);
    // What the answer says of the caller's limit; the last word counts.
    void set_rate(const RateLimit::Verdict& verdict) { rate_ = verdict; }
    void respond(net::HttpResponse response);

    // Added to the answer.
    void add_header(std::string name, std::string value);
    // Who asks, when something else than a token says so.
    void act_as(const whispr::Caller& caller) { caller_ = caller; }
    // Browser pages of other origins may not read this answer.
    void same_origin_only() { shared_with_origins_ = false; }

 private:
    void add_common_headers(net::HttpResponse& response);
    void add_cors_headers(net::HttpResponse& response);
    void add_rate_headers(net::HttpResponse& response) const;

    Service& service_;
    net::HttpRequest request_;
    net::HttpResponder responder_;
    net::IoThread* thread_;
    std::string request_id_;
    std::chrono::steady_clock::time_point arrived_ = std::chrono::steady_clock::now();
    std::vector<std::string> path_;
    std::string body_;
    Params params_;
    std::optional<whispr::Caller> caller_;
    bool by_token_ = false;
    std::vector<std::pair<std::string, std::string>> headers_;
    RateLimit::Verdict rate_;
    bool shared_with_origins_ = true;
};

using CallPtr = std::unique_ptr<Call>;

// Goes on with `endpoint`, at once or a moment later on the same thread, unless the caller asks too
// fast: then it was answered. Nobody in particular has no limit. Requires: identify().
void within_limits(CallPtr call, void (*endpoint)(CallPtr));
// Counts the request of a caller whose body cannot wait: here at once, on other nodes a moment
// later. False: asks too fast, and was answered. Requires: identify().
[[nodiscard]] bool within_limits_here(Call& call);

// An empty buffer of this thread, for an answer that is written and given away at once.
[[nodiscard]] std::string& scratch();

// A completion that answers `call`: with `render(Call&, T&)`, or with the error as the route words
// it. The engine's threads only hand over; everything is rendered on the connection's own thread.
template <class T, class Render>
[[nodiscard]] whispr::Completion<T> answering(CallPtr call, const edge::HttpErrors& errors,
                                              Render render) {
    return whispr::Completion<T>([call = std::move(call), &errors,
                                  render = std::move(render)](whispr::Result<T> result) mutable {
        net::IoThread& thread = call->thread();
        thread.post([call = std::move(call), &errors, render = std::move(render),
                     result = std::move(result)]() mutable {
            if (result) {
                render(*call, *result);
            } else {
                call->refuse(edge::http_error(result.error(), errors));
            }
        });
    });
}

}  // namespace whisprd::rest
