// What storage keeps of the keys that messages are signed with.
#pragma once

#include <string>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/result.hpp"
#include "whispr/sender_keys.hpp"

namespace whispr {

/// Key (user, key.public_key).
struct SenderKeyRow {
    UserId user{};
    SenderKey key{};
};

struct SenderKeyKeys {
    std::vector<UserId> of{};  ///< all keys of these users
};
struct LoadedSenderKeys {
    std::vector<SenderKeyRow> of{};
};
struct SenderKeyChanges {
    std::vector<SenderKeyRow> created{};
    std::vector<SenderKeyRow> changed{};  ///< revoked_at
};

class SenderKeyReader {
 public:
    virtual ~SenderKeyReader() = default;

    /// Oldest first.
    [[nodiscard]] virtual Result<std::vector<SenderKey>> sender_keys(UserId user) = 0;
};

}  // namespace whispr
