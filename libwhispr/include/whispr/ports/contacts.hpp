// What another service knows of users and their relations: blocks and privacy.
#pragma once

#include "whispr/ids.hpp"

namespace whispr {

/// Answers from memory: none of the members blocks. What is not known yet is answered as if nothing
/// was forbidden, and looked up meanwhile. Any thread; called from lanes.
class Contacts {
 public:
    virtual ~Contacts() = default;

    /// One of the two has blocked the other.
    [[nodiscard]] virtual bool blocked(UserId a, UserId b) noexcept = 0;
    /// Others may be told what the user has read.
    [[nodiscard]] virtual bool shows_reading(UserId user) noexcept = 0;
};

}  // namespace whispr
