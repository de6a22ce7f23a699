// Carries events between the engines of several processes (*nodes*) on one store. It may lose,
// repeat and reorder; the engine puts everything in order, and reads from the store what did not
// come.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "whispr/events.hpp"

namespace whispr {

/// Drawn at random by every bus; never 0.
using NodeId = std::uint64_t;

/// What changed in the presence of one conversation's sessions on one node.
struct PresenceDelta {
    ConversationId conversation{};
    std::vector<PresenceEntry> joins{};
    std::vector<PresenceEntry> leaves{};
};

class EventBus {
 public:
    /// What comes from other nodes. From one thread at a time, which must not be held up.
    class Receiver {
     public:
        virtual ~Receiver() = default;

        virtual void receive(NodeId node, Events events) noexcept = 0;
        virtual void receive_presence(NodeId node,
                                      const std::vector<PresenceDelta>& changes) noexcept = 0;
        /// All who are present on that node: the answer to a node that is new.
        virtual void replace_presence(NodeId node,
                                      const std::vector<PresenceDelta>& present) noexcept = 0;
        /// A node is there that was not: it has to be told who is present here.
        virtual void node_found(NodeId node) noexcept = 0;
        /// A node has gone, or has not been heard of for too long.
        virtual void node_lost(NodeId node) noexcept = 0;
        /// The bus cannot be used, from now until `restored`.
        virtual void interrupted() noexcept = 0;
        /// Something that was published within the last `ago` may not have come.
        virtual void missed(std::chrono::microseconds ago) noexcept = 0;
        /// The bus can be used again; other nodes are told of by node_found.
        virtual void restored() noexcept = 0;
    };

    virtual ~EventBus() = default;

    /// Begins to receive. Once. The receiver outlives `stop`.
    virtual void start(Receiver& receiver) = 0;
    /// Says goodbye to the other nodes. Nothing is received after this returns.
    virtual void stop() noexcept = 0;
    /// To all other nodes. Any thread; does not block; dropped while the bus cannot be used.
    virtual void publish(const std::shared_ptr<const Events>& events) noexcept = 0;
    virtual void publish_presence(std::vector<PresenceDelta> changes) noexcept = 0;
    virtual void publish_whole_presence(std::vector<PresenceDelta> present) noexcept = 0;
};

}  // namespace whispr
