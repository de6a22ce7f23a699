// What this node tells the other nodes and the sibling services through Redis, and hears from them:
// events for a user's devices, signing out, and what moderators' services want to know. Without
// Redis it reaches this node's sockets alone.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "edge/log.hpp"
#include "edge/session_sink.hpp"
#include "socket/sign_out.hpp"
#include "whispr/adapters/redis.hpp"
#include "whispr/ports/session_sink.hpp"

namespace whisprd {

namespace rpc {
class Streams;
}

class Neighbours final : public whispr::SessionSink {
 public:
    // `channels` and `streams` may be null. What they hand out is listened to at once, so they must
    // not be started before. The parts outlive this object.
    Neighbours(edge::SessionSink& sink, rpc::Streams* streams,
               std::shared_ptr<whispr::RedisChannels> channels, std::string prefix, edge::Log& log);

    // Tells the user's devices, on whatever node. `payload` is a JSON object. Any thread.
    void tell_user(whispr::UserId user, std::string_view event, std::string_view payload);
    // Ends the user's sockets, on whatever node. Any thread.
    void sign_out(const socket::SignOut& order);

    // Publishes reports and sanctions.
    void deliver(const std::shared_ptr<const whispr::Events>& events) noexcept override;

    // Nothing: there is no Redis. Any thread.
    [[nodiscard]] std::optional<bool> usable() const;

 private:
    void hear_event(std::string_view text);
    void hear_sign_out(std::string_view text);
    // The same on this node alone.
    void tell_here(whispr::UserId user, std::string_view event, std::string_view payload);
    void sign_out_here(const socket::SignOut& order);

    edge::SessionSink& sink_;
    rpc::Streams* const streams_;
    const std::shared_ptr<whispr::RedisChannels> channels_;
    const std::string prefix_;
    edge::Log& log_;
};

}  // namespace whisprd
