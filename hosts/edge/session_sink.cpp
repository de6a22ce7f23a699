#include "edge/session_sink.hpp"

#include <mutex>
#include <optional>

#include "whispr/limits.hpp"

namespace edge {

namespace {

using phoenix::Dialect;
using phoenix::WireFrame;
using whispr::Event;

// The frames of one event, made by whoever needs them first.
struct Encoded {
    struct Once {
        std::once_flag flag;
        std::vector<WireFrame> frames;
    };
    std::array<Once, phoenix::all_dialects.size()> dialects;

    const std::vector<WireFrame>& frames(const Event& event, Dialect dialect,
                                         phoenix::PresenceLeaves leaves) {
        Once& once = dialects[phoenix::index_of(dialect)];
        std::call_once(once.flag,
                       [&] { once.frames = phoenix::frames_of(event, dialect, leaves); });
        return once.frames;
    }
};

struct Batch {
    Batch(std::shared_ptr<const whispr::Events> given, phoenix::PresenceLeaves presence)
        : events(std::move(given)),
          encoded(std::make_unique<Encoded[]>(events->size())),
          leaves(presence) {}

    std::shared_ptr<const whispr::Events> events;
    std::unique_ptr<Encoded[]> encoded;
    phoenix::PresenceLeaves leaves;
};

using Users = std::vector<const Hub::User*>;

// Those of the event's members who are connected here. The smaller side is walked: a large group
// has few members on this thread, and a small group few members at all.
void connected_members(const Hub& hub, const whispr::Audience& audience, Users& found) {
    if (audience.users.size() <= hub.users().size()) {
        for (const auto& member : audience.users) {
            if (const auto* user = hub.user(member)) found.push_back(user);
        }
        return;
    }
    for (const auto& [id, user] : hub.users()) {
        if (audience.contains(id)) found.push_back(&user);
    }
}

// Delivers one event to the connections of one thread.
class Delivery {
 public:
    Delivery(const Hub& hub, const Event& event)
        : hub_(hub), event_(event), listeners_(hub.listeners(event.conversation)) {
        members_.clear();
        if (const auto* created = std::get_if<whispr::MessageCreated>(&event.what))
            newest_ = created->message->mseq;
        if (event.audience) connected_members(hub, *event.audience, members_);
    }

    // Whether anyone here may have to hear of it.
    [[nodiscard]] bool concerns_anyone() const {
        if (listeners_ != nullptr || !members_.empty()) return true;
        if (event_.user) return hub_.user(*event_.user) != nullptr;
        // Receipts are told to authors, who need not be members any more.
        if (std::holds_alternative<whispr::ReadMoved>(event_.what)) return true;
        if (std::holds_alternative<whispr::DeliveredMoved>(event_.what)) return true;
        const auto* removed = std::get_if<whispr::MemberRemoved>(&event_.what);
        return removed != nullptr && hub_.user(removed->user) != nullptr;
    }

    void send(const std::vector<WireFrame>& frames, Dialect dialect) {
        for (const auto& one : frames) {
            switch (one.reach) {
                case WireFrame::Reach::conversation:
                    to_listeners(one.frame, dialect);
                    break;
                case WireFrame::Reach::own:
                    to_own_listeners(one, dialect);
                    break;
                case WireFrame::Reach::members:
                    to_members(one.frame, dialect);
                    break;
                case WireFrame::Reach::user:
                    to_user(one, dialect);
                    break;
            }
        }
    }

    // What follows from the event for connections, after they were told.
    void conclude() {
        if (const auto* removed = std::get_if<whispr::MemberRemoved>(&event_.what)) {
            const auto* user = hub_.user(removed->user);
            if (user == nullptr) return;
            for (auto* receiver : user->receivers)
                receiver->membership_lost(event_.conversation, event_.eseq);
        }
        const auto* created = std::get_if<whispr::MessageCreated>(&event_.what);
        if (created == nullptr || !event_.audience) return;
        // Delivery is not tracked in large conversations: it would cost members squared.
        if (event_.audience->users.size() > whispr::limits::receipts_members) return;
        const auto* author = hub_.user(created->message->sender);
        for (const auto* member : members_) {
            if (member == author) continue;
            for (auto* receiver : member->receivers)
                receiver->message_written(event_.conversation, newest_);
        }
    }

 private:
    void tell(const std::vector<Subscriber*>& all, const net::Frame& frame, Dialect dialect) const {
        for (auto* one : all) {
            if (one->dialect() == dialect) one->tell(frame, event_.conversation, newest_);
        }
    }
    void to_listeners(const net::Frame& frame, Dialect dialect) const {
        if (listeners_ != nullptr) tell(*listeners_, frame, dialect);
    }
    void to_own_listeners(const WireFrame& one, Dialect dialect) const {
        if (listeners_ == nullptr) return;
        for (auto* listener : *listeners_) {
            if (listener->user() == one.user && listener->dialect() == dialect)
                listener->tell(one.frame, event_.conversation, newest_);
        }
    }
    void to_members(const net::Frame& frame, Dialect dialect) const {
        for (const auto* member : members_) {
            if (!member->subscribers.empty())
                tell(member->subscribers, frame.with_middle(member->id), dialect);
        }
    }
    void to_user(const WireFrame& one, Dialect dialect) const {
        if (const auto* user = hub_.user(one.user)) tell(user->subscribers, one.frame, dialect);
    }

    static thread_local Users members_;

    const Hub& hub_;
    const Event& event_;
    const std::vector<Subscriber*>* listeners_;
    whispr::Mseq newest_ = 0;
};

thread_local Users Delivery::members_;

// On every topic that is joined here: who joined several keeps numbers of each.
void deliver_epoch(const Hub& hub, const whispr::EpochChanged& changed) {
    const std::string payload = R"({"epoch":")" + changed.epoch.to_string() + R"("})";
    hub.each_topic([&](const phoenix::Topic& topic, const std::vector<Subscriber*>& listeners) {
        std::array<net::Frame, phoenix::all_dialects.size()> frames;
        for (Subscriber* const listener : listeners) {
            net::Frame& frame = frames[phoenix::index_of(listener->dialect())];
            if (frame.size() == 0) {
                frame =
                    phoenix::broadcast_frame(listener->dialect(), topic, "epoch_changed", payload);
            }
            listener->tell(frame, {}, 0);
        }
    });
}

void deliver_batch(const Hub& hub, Batch& batch) {
    for (std::size_t i = 0; i < batch.events->size(); ++i) {
        const Event& event = (*batch.events)[i];
        if (const auto* changed = std::get_if<whispr::EpochChanged>(&event.what))
            deliver_epoch(hub, *changed);
        Delivery delivery(hub, event);
        if (!delivery.concerns_anyone()) continue;
        for (const Dialect dialect : phoenix::all_dialects) {
            if (hub.count(dialect) == 0) continue;
            delivery.send(batch.encoded[i].frames(event, dialect, batch.leaves), dialect);
        }
        delivery.conclude();
    }
}

}  // namespace

SessionSink::SessionSink(std::size_t io_threads, phoenix::PresenceLeaves leaves)
    : places_(io_threads), leaves_(leaves) {}

SessionSink::~SessionSink() = default;

Hub& SessionSink::hub(net::IoThread& thread) {
    Place& place = places_[thread.index()];
    if (!place.owned) {
        place.owned = std::make_unique<Hub>(thread);
        place.hub.store(place.owned.get(), std::memory_order_release);
    }
    return *place.owned;
}

void SessionSink::deliver(const std::shared_ptr<const whispr::Events>& events) noexcept {
    if (events->empty()) return;
    const auto batch = std::make_shared<Batch>(events, leaves_);
    for (auto& place : places_) {
        Hub* hub = place.hub.load(std::memory_order_acquire);
        if (hub != nullptr) hub->thread().post([hub, batch] { deliver_batch(*hub, *batch); });
    }
}

void SessionSink::tell(const phoenix::Topic& topic, std::string_view event,
                       std::string_view payload) {
    using Frames = std::array<net::Frame, phoenix::all_dialects.size()>;
    const auto frames = std::make_shared<Frames>();
    for (const Dialect dialect : phoenix::all_dialects) {
        (*frames)[phoenix::index_of(dialect)] =
            phoenix::broadcast_frame(dialect, topic, event, payload);
    }
    for_each_hub([topic, frames](const Hub& hub) {
        const bool to_user = topic.kind == phoenix::Topic::Kind::user;
        const auto* user = to_user ? hub.user(topic.user()) : nullptr;
        const auto* all = to_user ? (user != nullptr ? &user->subscribers : nullptr)
                                  : hub.listeners(topic.conversation());
        if (all == nullptr) return;
        for (auto* one : *all)
            one->tell((*frames)[phoenix::index_of(one->dialect())], {}, 0);
    });
}

void SessionSink::for_each_hub(const std::function<void(Hub&)>& use) {
    for (auto& place : places_) {
        Hub* hub = place.hub.load(std::memory_order_acquire);
        if (hub != nullptr) hub->thread().post([hub, use] { use(*hub); });
    }
}

}  // namespace edge
