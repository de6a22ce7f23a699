#include "media/user_slots.hpp"

namespace whisprd::media {

std::shared_ptr<void> UserSlots::take(whispr::UserId user) {
    {
        const std::lock_guard lock(mutex_);
        std::size_t& count = taken_[user];
        if (count >= per_user_) return nullptr;
        ++count;
        ++all_;
    }
    return {this, [user](void* slots) { static_cast<UserSlots*>(slots)->give_back(user); }};
}

void UserSlots::give_back(whispr::UserId user) {
    const std::lock_guard lock(mutex_);
    --all_;
    const auto found = taken_.find(user);
    if (--found->second == 0) taken_.erase(found);
}

std::size_t UserSlots::taken() const {
    const std::lock_guard lock(mutex_);
    return all_;
}

}  // namespace whisprd::media
