// Redis between the processes that share a store: a bus for their events, and channels for their
// neighbours. Nothing is kept in it; when it is away, every node reads from the store what it does
// not hear.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/ports/event_bus.hpp"
#include "whispr/ports/log_sink.hpp"
#include "whispr/result.hpp"

namespace whispr {

struct RedisOptions {
    /// redis://[USER:PASSWORD@]HOST:PORT[/DATABASE], or with Sentinels
    /// redis+sentinel://[USER:PASSWORD@]HOST:PORT,HOST:PORT/MASTER[/DATABASE], or some nodes of a
    /// cluster, redis+cluster://[USER:PASSWORD@]HOST:PORT,HOST:PORT.
    std::string url{};
    /// For the Sentinels themselves; empty: none.
    std::string sentinel_password{};
    /// At the head of the names of all channels and keys.
    std::string prefix = "whispr";
    /// Keeps what the nodes tell each other on one shard of a Redis Cluster (SPUBLISH, Redis 7 and
    /// later) instead of on all of its nodes. Other channels reach the whole cluster either way.
    bool sharded = false;
    /// A node that has not been heard of for so long is gone.
    std::chrono::milliseconds lease{15'000};
    /// Told when Redis goes and comes back. May be null.
    std::shared_ptr<LogSink> log{};

    /// Where the bus publishes.
    [[nodiscard]] std::string bus_channel() const { return prefix + ":events"; }
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

/// One Lua script that is run on Redis. One thread at a time.
class RedisScript {
 public:
    virtual ~RedisScript() = default;

    /// Gives the integers that the script returned for these keys, which all belong to one slot of
    /// a cluster. Waits no longer than `longest` for the answer, but some seconds for a new
    /// connection when there is none. Fails with unavailable: then it may have run, or run later.
    virtual Result<std::vector<std::int64_t>> run(const std::vector<std::string>& keys,
                                                  const std::vector<std::string>& arguments,
                                                  std::chrono::milliseconds longest) noexcept = 0;
};

/// `key` is any of the script's keys: its slot says which node of a cluster is asked. Connects when
/// it is first run. Fails with invalid (as make_redis_channels).
[[nodiscard]] Result<std::unique_ptr<RedisScript>> make_redis_script(const RedisOptions& options,
                                                                     std::string key,
                                                                     std::string lua);

}  // namespace whispr
