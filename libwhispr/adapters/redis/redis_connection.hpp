// One connection to the Redis that takes writes, wherever its Sentinels say that it is.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "redis_address.hpp"

struct redisContext;
struct redisReply;

namespace whispr::redis {

struct FreeReply {
    void operator()(redisReply* reply) const noexcept;
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// One thread at a time. A connection that was lost stays so.
class Connection {
 public:
    /// Connects and signs in; tries the Sentinels one after the other. Blocks for some seconds at
    /// most. Fails with unavailable.
    static Result<std::unique_ptr<Connection>> open(const Address& address,
                                                    const std::string& sentinel_password);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends a command and waits for its reply; null when the connection is lost.
    Reply ask(const std::vector<std::string_view>& command);
    /// Collects a command for `settle`.
    void add(const std::vector<std::string_view>& command);
    /// Sends what was collected and reads as many replies; false when the connection is lost.
    bool settle();
    /// Sends a command whose answers come through `wait`; false when the connection is lost.
    bool send(const std::vector<std::string_view>& command);
    /// Waits for something that nobody asked for; null: nothing came in time, or the connection is
    /// lost.
    Reply wait(std::chrono::milliseconds longest);
    [[nodiscard]] bool alive() const noexcept;

 private:
    explicit Connection(redisContext* context) noexcept : context_(context) {}
    static Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint);
    Result<void> sign_in(const std::string& user, const std::string& password, int database);

    redisContext* const context_;
    std::size_t collected_ = 0;
};

}  // namespace whispr::redis
