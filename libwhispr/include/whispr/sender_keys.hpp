// Sender keys: the public keys with which a user's devices sign messages. A key becomes known when
// a message that its owner sends verifies with it (SignatureVerifier), and stays until it is
// revoked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

struct SenderKey {
    std::string public_key{};  ///< as it was sent
    std::string device{};      ///< Caller::device of its first use
    Time first_used_at{};
    std::optional<Time> revoked_at{};
};

/// All members: any thread; answer as in Messages. Common failures: overloaded, unavailable,
/// closed, internal.
class SenderKeys {
 public:
    explicit SenderKeys(Core& core) : core_(core) {}

    /// The caller's own, oldest first, revoked ones too.
    void list(const Caller& caller, Completion<std::vector<SenderKey>> done);
    /// From now on nothing verifies with it. Fails with not_found, no_change.
    void revoke(const Caller& caller, std::string public_key, Completion<SenderKey> done);

 private:
    Core& core_;
};

}  // namespace whispr
