#include "engine/fanout.hpp"

#include <algorithm>
#include <utility>

#include "engine/cluster.hpp"
#include "engine/inside_engine.hpp"

namespace whispr {

void Fanout::add(std::shared_ptr<SessionSink> sink) {
    const MutexLock lock(mutex_);
    auto sinks = std::make_shared<Sinks>(*sinks_);
    sinks->push_back(std::move(sink));
    sinks_ = std::move(sinks);
}

void Fanout::remove(const std::shared_ptr<SessionSink>& sink) {
    const MutexLock lock(mutex_);
    auto sinks = std::make_shared<Sinks>(*sinks_);
    sinks->erase(std::remove(sinks->begin(), sinks->end(), sink), sinks->end());
    sinks_ = std::move(sinks);
}

void Fanout::deliver(Events events) {
    if (cluster_ != nullptr) {
        cluster_->tell(std::move(events));
    } else {
        hand_out(std::move(events));
    }
}

void Fanout::tell_epoch(const Uuid& epoch) {
    const MutexLock lock(epoch_mutex_);
    const std::optional<Uuid> before = std::exchange(epoch_, epoch);
    if (!before || *before == epoch) return;
    Event changed;
    changed.what = EpochChanged{epoch};
    hand_out({std::move(changed)});
}

void Fanout::tell_presence(PresenceDelta delta) {
    if (cluster_ != nullptr) cluster_->tell_presence(std::move(delta));
}

void Fanout::hand_out(Events events) {
    std::shared_ptr<const Sinks> sinks;
    {
        const MutexLock lock(mutex_);
        sinks = sinks_;
    }
    delivered_ += events.size();
    if (sinks->empty()) return;
    const InsideEngine inside;
    const auto shared = std::make_shared<const Events>(std::move(events));
    for (const std::shared_ptr<SessionSink>& sink : *sinks) {
        sink->deliver(shared);
    }
}

}  // namespace whispr
