#include "edge/subscriptions.hpp"

#include <algorithm>
#include <string>

namespace edge {

namespace {

// What a joining connection may have to wait for; more than this means that its read does not come
// back, and then it is better to end the connection than to keep its memory.
constexpr std::size_t most_held = 1024;

template <class T>
void take_out(std::vector<T*>& all, const T* one) {
    // Who came last usually goes first.
    const auto found = std::find(all.rbegin(), all.rend(), one);
    if (found == all.rend()) return;
    *found = all.back();
    all.pop_back();
}

}  // namespace

void Subscriber::tell(const net::Frame& frame, whispr::ConversationId conversation,
                      whispr::Mseq newest) {
    if (open_) {
        socket_.send(frame);
        return;
    }
    if (!held_) held_ = std::make_unique<std::vector<Held>>();
    if (held_->size() >= most_held) {
        socket_.close(net::close_code::try_later, "too slow");
        return;
    }
    held_->push_back({frame, conversation, newest});
}

ReceiverId Hub::add(Receiver& receiver, whispr::UserId user, phoenix::Dialect dialect) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].receiver = &receiver;
    ++counts_[phoenix::index_of(dialect)];
    User& entry = users_[user];
    if (!entry.id) entry.id = net::Buffer::copy(user.to_string());
    entry.receivers.push_back(&receiver);
    return {slot, slots_[slot].generation};
}

void Hub::remove(ReceiverId id, whispr::UserId user, phoenix::Dialect dialect) {
    Slot& slot = slots_[id.slot];
    const auto entry = users_.find(user);
    if (entry != users_.end()) {
        take_out(entry->second.receivers, slot.receiver);
        if (entry->second.receivers.empty()) users_.erase(entry);
    }
    slot.receiver = nullptr;
    ++slot.generation;
    free_.push_back(id.slot);
    --counts_[phoenix::index_of(dialect)];
}

Receiver* Hub::find(ReceiverId id) const {
    if (id.slot >= slots_.size() || slots_[id.slot].generation != id.generation) return nullptr;
    return slots_[id.slot].receiver;
}

void Hub::subscribe(const phoenix::Topic& topic, Subscriber& subscriber) {
    auto& all = topic.kind == phoenix::Topic::Kind::user ? users_[topic.user()].subscribers
                                                         : conversations_[topic.conversation()];
    all.push_back(&subscriber);
}

void Hub::unsubscribe(const phoenix::Topic& topic, Subscriber& subscriber) {
    if (topic.kind == phoenix::Topic::Kind::user) {
        const auto found = users_.find(topic.user());
        if (found != users_.end()) take_out(found->second.subscribers, &subscriber);
        return;
    }
    const auto found = conversations_.find(topic.conversation());
    if (found == conversations_.end()) return;
    take_out(found->second, &subscriber);
    if (found->second.empty()) conversations_.erase(found);
}

const std::vector<Subscriber*>* Hub::listeners(whispr::ConversationId conversation) const {
    const auto found = conversations_.find(conversation);
    return found == conversations_.end() ? nullptr : &found->second;
}

const Hub::User* Hub::user(whispr::UserId user) const {
    const auto found = users_.find(user);
    return found == users_.end() ? nullptr : &found->second;
}

void Hub::tick() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].receiver != nullptr) slots_[i].receiver->tick();
    }
}

}  // namespace edge
