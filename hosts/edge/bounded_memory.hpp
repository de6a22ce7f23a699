// A map that forgets what was not used for longest, in two halves: when the recent one is full it
// becomes the older one, and what was there before is forgotten. One thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <utility>

namespace edge {

template <class Key, class Value>
class BoundedMemory {
 public:
    // Requires: most is at least 2.
    explicit BoundedMemory(std::size_t most) : half_(most / 2) {}

    // The value of `key`, a new one when there is none. Valid until the next call.
    Value& at(const Key& key) {
        if (const auto found = recent_.find(key); found != recent_.end()) return found->second;
        Value value{};
        if (const auto found = older_.find(key); found != older_.end()) {
            value = std::move(found->second);
            older_.erase(found);
        }
        if (recent_.size() >= half_) {
            older_ = std::move(recent_);
            recent_.clear();
        }
        return recent_.emplace(key, std::move(value)).first->second;
    }

    [[nodiscard]] std::size_t size() const { return recent_.size() + older_.size(); }

 private:
    std::size_t half_;
    std::map<Key, Value> recent_;
    std::map<Key, Value> older_;
};

}  // namespace edge
