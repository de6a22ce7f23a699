#include "engine/cluster.hpp"

#include <algorithm>
#include <string>

#include "engine/core.hpp"
#include "engine/inside_engine.hpp"
#include "engine/missed_changes.hpp"

namespace whispr {

namespace {

using namespace std::chrono_literals;

/// So long a change is waited for before it is read.
constexpr auto patience = 50ms;
/// Between two comparisons with the store while the bus cannot be used.
constexpr auto between_sweeps = 1s;
/// How far the clocks of nodes and database may be apart without a change being overlooked.
constexpr auto clock_margin = 2s;
/// Of a conversation that nothing is known of so many changes are looked at.
constexpr Eseq looked_back = 64;
/// Conversations that are read at once, and compared by one statement.
constexpr std::size_t repairs_at_once = 200;
constexpr std::size_t compared_at_once = 1'000;
/// A conversation without changes is forgotten after this.
constexpr auto remembered = 10min;

/// What other nodes know by themselves, or what is for this node's neighbours.
bool stays_here(const Event& event) {
    return std::holds_alternative<PresenceChanged>(event.what) ||
           std::holds_alternative<ReportFiled>(event.what) ||
           std::holds_alternative<ReportsReached>(event.what) ||
           std::holds_alternative<EpochChanged>(event.what) ||
           std::holds_alternative<SanctionApplied>(event.what);
}

}  // namespace

void Cluster::close() {
    timers_.close();
    bus_->stop();
}

void Cluster::tell(Events events) {
    Events shared;
    shared.reserve(events.size());
    std::copy_if(events.begin(), events.end(), std::back_inserter(shared),
                 [](const Event& event) { return !stays_here(event); });
    if (!shared.empty()) bus_->publish(std::make_shared<const Events>(std::move(shared)));
    put(std::move(events));
}

void Cluster::tell_presence(PresenceDelta delta) {
    std::vector<PresenceDelta> changes;
    changes.push_back(std::move(delta));
    bus_->publish_presence(std::move(changes));
}

void Cluster::receive(NodeId, Events events) noexcept {
    put(std::move(events));
}

void Cluster::receive_presence(NodeId node, const std::vector<PresenceDelta>& changes) noexcept {
    core_.sessions().change_node(node, changes);
}

void Cluster::replace_presence(NodeId node, const std::vector<PresenceDelta>& present) noexcept {
    core_.sessions().replace_node(node, present);
}

void Cluster::node_found(NodeId) noexcept {
    bus_->publish_whole_presence(core_.sessions().own_presence());
}

void Cluster::node_lost(NodeId node) noexcept {
    core_.sessions().replace_node(node, {});
}

void Cluster::interrupted() noexcept {
    {
        const MutexLock lock(mutex_);
        interrupted_ = true;
        unsure_since_ = core_.now() - clock_margin;
    }
    sweep_after(0us);
}

void Cluster::missed(std::chrono::microseconds ago) noexcept {
    {
        const MutexLock lock(mutex_);
        unsure_since_ = core_.now() - clock_margin - ago;
    }
    sweep_after(0us);
}

void Cluster::restored() noexcept {
    {
        const MutexLock lock(mutex_);
        interrupted_ = false;
    }
    // What was on its way when the bus came back is looked for once more.
    sweep_after(between_sweeps);
}

void Cluster::put(Events events) {
    bool waiting = false;
    {
        const MutexLock lock(mutex_);
        order_.admit(std::move(events), core_.now(), ready_);
        waiting = order_.waiting() && !std::exchange(looking_, true);
    }
    hand_out();
    if (waiting) look_soon();
}

// One thread at a time tells, and takes what the others have added meanwhile.
void Cluster::hand_out() {
    for (bool first = true;; first = false) {
        Events ready;
        {
            const MutexLock lock(mutex_);
            if (first && handing_out_) return;
            handing_out_ = !ready_.empty();
            if (!handing_out_) return;
            ready.swap(ready_);
        }
        core_.fanout().hand_out(std::move(ready));
    }
}

void Cluster::look_soon() {
    core_.executor().run_after(patience, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->look_at_holes();
    });
}

void Cluster::look_at_holes() {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    std::vector<Hole> holes;
    bool again = false;
    {
        const MutexLock lock(mutex_);
        for (Hole& hole : order_.holes(core_.now() - patience)) {
            if (repairing_.size() >= repairs_at_once) break;
            if (repairing_.insert(hole.conversation).second) holes.push_back(std::move(hole));
        }
        again = looking_ = order_.waiting();
    }
    for (const Hole& hole : holes)
        repair(hole);
    if (again) look_soon();
}

void Cluster::sweep_after(std::chrono::microseconds delay) {
    {
        const MutexLock lock(mutex_);
        if (std::exchange(sweeping_, true)) return;
    }
    core_.executor().run_after(delay, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->sweep();
    });
}

void Cluster::sweep() {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    std::vector<ConversationId> ids = core_.sessions().rooms();
    bool again = false;
    {
        const MutexLock lock(mutex_);
        order_.forget(core_.now() - remembered);
        const std::vector<ConversationId> known = order_.known();
        ids.insert(ids.end(), known.begin(), known.end());
        sweeping_ = false;
        again = interrupted_;
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    using Newest = std::vector<std::pair<ConversationId, Eseq>>;
    for (std::size_t at = 0; at < ids.size(); at += compared_at_once) {
        const std::size_t end = std::min(at + compared_at_once, ids.size());
        const auto from = ids.begin() + static_cast<std::ptrdiff_t>(at);
        const auto to = ids.begin() + static_cast<std::ptrdiff_t>(end);
        core_.read(Completion<Newest>([weak = weak_from_this()](const Result<Newest>& newest) {
                       const auto self = weak.lock();
                       if (self && newest) self->compare(*newest);
                   }),
                   [part = std::vector<ConversationId>(from, to)](ReadStorage& storage) {
                       return storage.eseqs(part);
                   });
    }
    if (again) sweep_after(between_sweeps);
}

void Cluster::compare(const std::vector<std::pair<ConversationId, Eseq>>& newest) {
    std::vector<Hole> holes;
    bool more = false;
    {
        const MutexLock lock(mutex_);
        for (const auto& [conversation, eseq] : newest) {
            std::optional<Hole> hole = order_.place(conversation);
            if (hole && hole->told >= eseq) continue;
            if (!hole) {
                const Eseq from = std::max<Eseq>(0, eseq - looked_back);
                hole = Hole{conversation, from, unsure_since_, {}, true};
            }
            more = more || repairing_.size() >= repairs_at_once;
            if (more) break;
            if (repairing_.insert(conversation).second) holes.push_back(*std::move(hole));
        }
    }
    for (const Hole& hole : holes)
        repair(hole);
    if (more) sweep_after(between_sweeps);
}

void Cluster::repair(const Hole& hole) {
    auto answer = [weak = weak_from_this(), hole](Result<MissedChanges> missed) {
        if (const auto self = weak.lock()) self->repaired(hole, std::move(missed));
    };
    core_.read(Completion<MissedChanges>(std::move(answer)),
               [&core = core_, hole](ReadStorage& storage) {
                   return read_missed(storage, hole, core.now());
               });
}

void Cluster::repaired(const Hole& hole, Result<MissedChanges> missed) {
    {
        const MutexLock lock(mutex_);
        repairing_.erase(hole.conversation);
        if (missed) {
            order_.fill(hole.conversation, std::move(missed->events), missed->upto, core_.now(),
                        ready_);
        }
    }
    hand_out();
    if (!missed && !core_.closing()) sweep_after(between_sweeps);
}

}  // namespace whispr
