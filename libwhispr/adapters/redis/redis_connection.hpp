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

/// The text of a status, an error or a string; empty for anything else.
[[nodiscard]] std::string_view text_of(const redisReply* reply);
/// An error of that kind ("NOSCRIPT"); of any kind when none is named.
[[nodiscard]] bool is_error(const redisReply* reply, std::string_view kind = {});

struct FreeReply {
    void operator()(redisReply* reply) const noexcept;
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// One thread at a time. A connection that was lost stays so.
class Connection {
 public:
    /// Connects and signs in; tries the Sentinels, or the nodes of a cluster, one after the other.
    /// With a `key` it is the node that owns it, which has answered. Blocks for some seconds at
    /// most. Fails with unavailable.
    static Result<std::unique_ptr<Connection>> open(const Address& address,
                                                    const std::string& sentinel_password,
                                                    const std::string& key = {});
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends a command and waits for its reply; null when the connection is lost.
    Reply ask(const std::vector<std::string_view>& command);
    /// Collects a command for `settle`.
    void add(const std::vector<std::string_view>& command);
    /// Sends what was collected and reads as many replies; false when the connection is lost, or
    /// what was asked for is on another node of the cluster now.
    bool settle();
    /// Sends a command whose answers come through `wait`; false when the connection is lost.
    bool send(const std::vector<std::string_view>& command);
    /// Waits for what comes next; null: nothing came in time, or the connection is lost.
    Reply wait(std::chrono::milliseconds longest);
    [[nodiscard]] bool alive() const noexcept;

 private:
    explicit Connection(redisContext* context) noexcept : context_(context) {}
    static Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint);
    static Result<std::unique_ptr<Connection>> enter(const Address& address,
                                                     const Endpoint& endpoint);
    /// Goes from node to node until one owns the key.
    static Result<std::unique_ptr<Connection>> follow(const Address& address, Endpoint endpoint,
                                                      const std::string& key);
    static Result<Endpoint> ask_sentinel(const Address& address, const Endpoint& sentinel,
                                         const std::string& password);
    Result<void> sign_in(const std::string& user, const std::string& password, int database);

    redisContext* const context_;
    std::size_t collected_ = 0;
};

}  // namespace whispr::redis
