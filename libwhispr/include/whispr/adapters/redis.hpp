// Redis between the processes that share a store: a bus for their events, and channels for their
// neighbours. Nothing is kept in it; when it is away, every node reads from the store what it does
// not hear.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "whispr/ports/event_bus.hpp"
#include "whispr/ports/log_sink.hpp"
#include "whispr/result.hpp"

namespace whispr {

struct RedisOptions {
    /// redis://[USER:PASSWORD@]HOST:PORT[/DATABASE], or with Sentinels
    /// redis+sentinel://[USER:PASSWORD@]HOST:PORT,HOST:PORT/MASTER[/DATABASE].
    std::string url{};
    /// For the Sentinels themselves; empty: none.
    std::string sentinel_password{};
    /// Between the names of all channels and whatever else is in there.
    std::string prefix = "whispr";
    /// Sends to a shard of a Redis Cluster alone (SPUBLISH, Redis 7 and later).
    bool sharded = false;
    /// A node that has not been heard of for so long is gone.
    std::chrono::milliseconds lease{15'000};
    /// Told when Redis goes and comes back. May be null.
    std::shared_ptr<LogSink> log{};
};

/// Publishes to channels and listens to them, on threads of its own.
class RedisChannels {
 public:
    using OnMessage = std::function<void(std::string_view payload)>;

    virtual ~RedisChannels() = default;

    /// What is published there from `start` on is handed to `on_message`, on one thread. Before
    /// `start`.
    virtual void listen(std::string channel, OnMessage on_message) = 0;
    /// `on_state` is told when Redis can be used (true) or not any more, on the same thread; what
    /// was published before it is told the first time may not have come.
    virtual void start(std::function<void(bool)> on_state) = 0;
    /// Nothing is handed out after this returns.
    virtual void stop() noexcept = 0;
    /// Any thread; does not block. Dropped while Redis cannot be used, or more waits for it than it
    /// takes: false.
    virtual bool publish(std::string_view channel, std::string payload) noexcept = 0;
    /// Any thread.
    [[nodiscard]] virtual bool usable() const noexcept = 0;
};

/// Connects when it is started, and again whenever the connection is lost. Fails with invalid
/// (not such a URL; the text never holds a password).
[[nodiscard]] Result<std::shared_ptr<RedisChannels>> make_redis_channels(RedisOptions options);

/// A bus over these channels, which it starts and stops: what else listens must be there before.
[[nodiscard]] std::shared_ptr<EventBus> make_redis_bus(std::shared_ptr<RedisChannels> channels,
                                                       const RedisOptions& options);

}  // namespace whispr
