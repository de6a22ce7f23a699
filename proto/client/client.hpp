// A thin client of whisprd's gRPC service: one channel with a token, calls with deadlines, and the
// Connect stream with callbacks. Connecting again, and what was missed, is its user's business.
//
//     auto client = whispr::client::Client::open({.address = "localhost:9090", .token = token});
//     auto sent = client->call<v1::SendMessageResponse>(request);
//     if (const auto* failure = std::get_if<whispr::client::Failure>(&sent)) ...
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "proto/codec/status.hpp"
#include "whispr/v1/sync.pb.h"

namespace whispr::client {

using codec::Failure;

struct Options {
    std::string address{};  ///< host:port
    std::string token{};    ///< as an `authorization: Bearer`; empty: none
    /// PEM texts. With `roots` (or `tls`, which takes the machine's) the channel is encrypted; with
    /// `certificate` and `key` the client shows who it is, too.
    bool tls = false;
    std::string roots{};
    std::string certificate{};
    std::string key{};
    std::chrono::milliseconds deadline{10'000};  ///< of calls that name none
};

/// The stream, for who holds it.
class Stream {
 public:
    struct Handlers {
        /// In order. On a thread of the channel; must return soon.
        std::function<void(const v1::Frame&)> frame;
        /// The last call; null: it ended in good order.
        std::function<void(const Failure*)> ended;
    };

    /// Cancels, and waits until `ended` has been called. Not within a handler.
    virtual ~Stream() = default;

    /// Queues a command. False, and nothing happens, when the stream is over or 1,000 are waiting.
    /// Any thread.
    [[nodiscard]] virtual bool send(const v1::ConnectRequest& command) = 0;
    /// No more commands; events go on. Any thread.
    virtual void close_commands() = 0;
    /// Any thread.
    virtual void cancel() = 0;
};

class Client {
 public:
    template <class Response>
    using Answer = std::variant<Response, Failure>;

    /// Does not connect yet. Null when the certificates cannot be used.
    [[nodiscard]] static std::unique_ptr<Client> open(Options options);
    /// Requires: no call is under way, and its streams are gone.
    virtual ~Client() = default;

    /// For what is called from now on. Any thread.
    virtual void set_token(std::string token) = 0;

    /// Calls the method that takes this request; it is known by its type. `done` is called once, on
    /// a thread of the channel, where it must return soon. Any thread.
    template <class Response, class Request>
    void call(const Request& request, std::function<void(Answer<Response>)> done,
              std::chrono::milliseconds deadline = {}) {
        const std::string method = method_of(*Request::descriptor(), *Response::descriptor());
        call_bytes(method, request.SerializeAsString(), deadline,
                   [done = std::move(done)](Answer<std::string> answer) {
                       if (auto* failure = std::get_if<Failure>(&answer))
                           return done(std::move(*failure));
                       Response response;
                       if (response.ParseFromString(std::get<std::string>(answer)))
                           return done(std::move(response));
                       done(Failure{13, "UNREADABLE", "the response cannot be read", {}, {}});
                   });
    }
    /// The same, waiting for the answer. Not within a callback.
    template <class Response, class Request>
    [[nodiscard]] Answer<Response> call(const Request& request,
                                        std::chrono::milliseconds deadline = {}) {
        std::promise<Answer<Response>> promise;
        call<Response>(
            request, [&promise](Answer<Response> answer) { promise.set_value(std::move(answer)); },
            deadline);
        return promise.get_future().get();
    }

    /// Begins a stream; its first command has to be hello.
    [[nodiscard]] virtual std::unique_ptr<Stream> connect(Stream::Handlers handlers) = 0;

 protected:
    virtual void call_bytes(const std::string& method, std::string request,
                            std::chrono::milliseconds deadline,
                            std::function<void(Answer<std::string>)> done) = 0;

 private:
    // "/whispr.v1.MessageService/SendMessage". Stops the program for types that belong to no
    // method.
    static std::string method_of(const google::protobuf::Descriptor& request,
                                 const google::protobuf::Descriptor& response);
};

}  // namespace whispr::client
