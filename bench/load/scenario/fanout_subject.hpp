// What takes part in the fan-out comparison: a server with its subscribers connected, and how one
// publishes to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/swarm.hpp"
#include "server/server.hpp"

namespace load {

struct FanoutOptions {
    std::size_t subscribers = 1000;
    std::size_t bytes = 200;  ///< content of a message
    std::vector<unsigned> in_flight = {1, 8};
    bool user_topics = false;  ///< subscribers join user:<id> too and get everything twice
    bool ephemeral = true;     ///< also measure typing events
    bool durable = true;       ///< measure stored messages
    bool syscalls = false;     ///< count system calls with strace in extra rounds
    bool redis = true;         ///< redis-server beside, if there is one
    bool two_nodes = false;    ///< also measure two nodes that share the store and a Redis
};

/// A server under one kind of message. Connection 0 of the swarm publishes, the others receive;
/// where the publisher hears its own message, that is one of the deliveries.
struct FanoutSubject {
    std::string name;
    std::shared_ptr<Server> server;
    /// More processes that work for it: their CPU counts, and is told apart.
    std::vector<std::shared_ptr<Server>> beside;
    std::shared_ptr<Swarm> swarm;
    std::size_t receivers = 0;
    unsigned copies =
        1;  ///< deliveries per receiver and message; the publisher's own is always one
    bool own_echo = false;
    bool phoenix = false;
    bool in_pairs = false;  ///< only an even number of messages leaves no state behind
    std::function<std::string(std::uint64_t)> message;
    std::function<bool(std::string_view)> is_delivery;

    /// Deliveries of one message to all receivers.
    [[nodiscard]] std::size_t deliveries() const {
        return own_echo ? (receivers - 1) * copies + 1 : receivers * copies;
    }
};

/// The floor publishing messages of `bytes`. Several subjects may share a server and its
/// connections.
[[nodiscard]] FanoutSubject floor_subject(const Setup& setup, const FanoutOptions& options);
[[nodiscard]] FanoutSubject floor_subject_like(const FanoutSubject& floor, const std::string& name,
                                               std::size_t bytes);

[[nodiscard]] FanoutSubject redis_subject(const Setup& setup, const FanoutOptions& options);

/// Two nodes on one PostgreSQL and one Redis; each has half of the receivers of one group, and the
/// publisher is at the first.
[[nodiscard]] FanoutSubject two_nodes_subject(const Setup& setup, const FanoutOptions& options);

/// How often a Redis was asked to publish something since it began.
[[nodiscard]] std::uint64_t published_by(const Server& redis);

/// whisprd with one group joined by all: stored messages, typing events, or both.
[[nodiscard]] std::vector<FanoutSubject> whisprd_subjects(const Setup& setup,
                                                          const FanoutOptions& options);

}  // namespace load
