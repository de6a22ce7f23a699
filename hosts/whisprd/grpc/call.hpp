// One call that is being answered: who asks, and the answer. A method takes its request apart,
// calls the engine, and moves the call into the engine's completion. Unary calls and the commands
// of a stream are the same to methods.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "grpc/failure.hpp"
#include "grpc/worker.hpp"
#include "service.hpp"
#include "whispr/caller.hpp"
#include "whispr/completion.hpp"

namespace whisprd::rpc {

class Call {
 public:
    // Requires: `service` and `worker` outlive it.
    Call(Service& service, Worker& worker, whispr::Caller caller)
        : service_(service), worker_(worker), caller_(std::move(caller)) {}
    virtual ~Call() = default;
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    [[nodiscard]] Service& service() const { return service_; }
    [[nodiscard]] Worker& worker() const { return worker_; }
    // Nobody, with the nil id, for sibling services.
    [[nodiscard]] const whispr::Caller& caller() const { return caller_; }
    // The authorization that says who the caller is; empty when a trusted proxy says it.
    [[nodiscard]] virtual std::string authorization() const = 0;

    // Each answers once. Any thread. A call that ends without an answer fails as internal.
    virtual void answer(const google::protobuf::MessageLite& response) = 0;
    virtual void refuse(const Failure& failure) = 0;
    void refuse(const whispr::Error& error) { refuse(failure_of(error)); }

 private:
    Service& service_;
    Worker& worker_;
    whispr::Caller caller_;
};

using CallPtr = std::unique_ptr<Call>;

// Whether the caller learns that a conversation exists: what one may not see of messages is not
// there.
enum class Strangers { are_told, find_nothing };

[[nodiscard]] Failure failure_for(const whispr::Error& error, Strangers strangers);

// A completion that answers `call`, with `render(Call&, T&)` or the error. The engine's threads
// only hand over.
template <class T, class Render>
[[nodiscard]] whispr::Completion<T> answering(CallPtr call, Render render,
                                              Strangers strangers = Strangers::are_told) {
    return whispr::Completion<T>([call = std::move(call), render = std::move(render),
                                  strangers](whispr::Result<T> result) mutable {
        Worker& worker = call->worker();
        worker.post([call = std::move(call), render = std::move(render), strangers,
                     result = std::move(result)]() mutable {
            if (result) {
                render(*call, *result);
            } else {
                call->refuse(failure_for(result.error(), strangers));
            }
        });
    });
}

// The id, or nothing: then the call was refused and is empty.
template <class Id>
[[nodiscard]] std::optional<Id> read_id(CallPtr& call, std::string_view field,
                                        std::string_view text) {
    const auto id = Id::parse(text);
    if (!id) {
        call->refuse(whispr::invalid_field(std::string(field),
                                           text.empty() ? "can't be blank" : "is not a UUID"));
        call.reset();
    }
    return id;
}

// Counts messages that the caller sends. False: the call was refused and is empty.
[[nodiscard]] bool may_send(CallPtr& call, std::size_t messages = 1);

}  // namespace whisprd::rpc
