// How much a user may have under way at once.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "whispr/ids.hpp"

namespace whisprd::media {

// Any thread.
class UserSlots {
 public:
    explicit UserSlots(std::size_t per_user) : per_user_(per_user) {}

    // One place, given back when the last owner of this is gone. Null: the user has as many as
    // allowed. Requires: the slots outlive it.
    [[nodiscard]] std::shared_ptr<void> take(whispr::UserId user);
    [[nodiscard]] std::size_t taken() const;

 private:
    void give_back(whispr::UserId user);

    const std::size_t per_user_;
    mutable std::mutex mutex_;
    std::map<whispr::UserId, std::size_t> taken_;
    std::size_t all_ = 0;
};

}  // namespace whisprd::media
