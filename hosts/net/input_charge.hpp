// What unfinished input (request bodies, parts of messages) of all connections together may hold in
// memory.
#pragma once

#include <atomic>
#include <cstddef>

namespace net {

// The sum, shared by all I/O threads.
class InputBudget {
 public:
    explicit InputBudget(std::size_t limit) : limit_(limit) {}

    std::size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
    friend class InputCharge;

    const std::size_t limit_;
    std::atomic<std::size_t> used_{0};
};

// What one connection holds of it; given back when destroyed. One thread at a time.
class InputCharge {
 public:
    explicit InputCharge(InputBudget& budget) : budget_(budget) {}
    InputCharge(const InputCharge&) = delete;
    InputCharge& operator=(const InputCharge&) = delete;
    ~InputCharge() { hold(0); }

    // Holds so much from now on. False, and the charge unchanged, if the sum would exceed its
    // limit.
    bool hold(std::size_t bytes) {
        if (bytes <= held_) {
            if (bytes != held_) budget_.used_.fetch_sub(held_ - bytes, std::memory_order_relaxed);
        } else {
            const std::size_t more = bytes - held_;
            if (budget_.used_.fetch_add(more, std::memory_order_relaxed) + more > budget_.limit_) {
                budget_.used_.fetch_sub(more, std::memory_order_relaxed);
                return false;
            }
        }
        held_ = bytes;
        return true;
    }
    std::size_t held() const { return held_; }

 private:
    InputBudget& budget_;
    std::size_t held_ = 0;
};

}  // namespace net
