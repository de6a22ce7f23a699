// Joining Phoenix topics with many connections at once, and keeping them alive between
// measurements.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "client/swarm.hpp"

namespace load {

/// Which connections join what.
struct TopicJoin {
    std::size_t first = 0;
    std::size_t count = 0;
    std::function<std::string(std::size_t)> topic;
    /// Joins under way at the same time.
    std::size_t at_once = 256;
    Clock::duration patience = std::chrono::seconds(60);
};

/// Joins and waits for all replies. Throws Failure with the first reply that is not ok, or if some
/// are missing. The swarm's handler is null afterwards.
void join_topics(Swarm& swarm, const TopicJoin& plan);

/// Sends a heartbeat on every connection and waits until the replies have come.
void heartbeat_all(Swarm& swarm);

}  // namespace load
