// One node among others on the same store. What this node commits goes to the others through the
// bus; what comes from them is told here as if it had been committed here. Each conversation is
// told in the order of its numbers: what does not come is read from the store.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "engine/event_order.hpp"
#include "engine/mutex.hpp"
#include "engine/timer_gate.hpp"
#include "whispr/ports/event_bus.hpp"
#include "whispr/result.hpp"

namespace whispr {

class Core;
struct MissedChanges;

class Cluster final : public EventBus::Receiver, public std::enable_shared_from_this<Cluster> {
 public:
    Cluster(Core& core, std::shared_ptr<EventBus> bus) : core_(core), bus_(std::move(bus)) {}

    void start();
    /// Nothing is read, told or published after this.
    void close();

    /// This node's own events. Any thread.
    void tell(Events events);
    void tell_presence(PresenceDelta delta);

    void receive(NodeId node, Events events) noexcept override;
    void receive_presence(NodeId node, const std::vector<PresenceDelta>& changes) noexcept override;
    void replace_presence(NodeId node, const std::vector<PresenceDelta>& present) noexcept override;
    void node_found(NodeId node) noexcept override;
    void node_lost(NodeId node) noexcept override;
    void interrupted() noexcept override;
    void missed(std::chrono::microseconds ago) noexcept override;
    void restored() noexcept override;

 private:
    void put(Events events);
    bool comparison_pending() const WHISPR_REQUIRES(mutex_) {
        return interrupted_ || sweeping_ || comparing_ > 0;
    }
    void missing_since(Time since) WHISPR_REQUIRES(mutex_);
    void hand_out();
    void look_soon();
    void look_at_holes();
    void sweep_after(std::chrono::microseconds delay);
    /// Compares with the store what may have changed without this node's knowledge.
    void sweep();
    void compared(const Result<std::vector<std::pair<ConversationId, Eseq>>>& newest);
    void compare(const std::vector<std::pair<ConversationId, Eseq>>& newest);
    void repair(const Hole& hole);
    void repaired(const Hole& hole, Result<MissedChanges> missed);

    Core& core_;
    const std::shared_ptr<EventBus> bus_;
    TimerGate timers_;

    Mutex mutex_;
    EventOrder order_ WHISPR_GUARDED_BY(mutex_);
    Events ready_ WHISPR_GUARDED_BY(mutex_);
    bool handing_out_ WHISPR_GUARDED_BY(mutex_) = false;
    bool looking_ WHISPR_GUARDED_BY(mutex_) = false;
    bool sweeping_ WHISPR_GUARDED_BY(mutex_) = false;
    bool interrupted_ WHISPR_GUARDED_BY(mutex_) = false;
    std::size_t comparing_ WHISPR_GUARDED_BY(mutex_) = 0;  ///< statements that are not answered
    Uuid epoch_ WHISPR_GUARDED_BY(mutex_){};               ///< that the order is about
    /// Since when something may have been missed, and in which conversations it is being read.
    Time unsure_since_ WHISPR_GUARDED_BY(mutex_){};
    std::set<ConversationId> repairing_ WHISPR_GUARDED_BY(mutex_);
};

}  // namespace whispr
