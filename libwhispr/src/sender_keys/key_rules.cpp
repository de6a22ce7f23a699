#include "sender_keys/key_rules.hpp"

#include <algorithm>
#include <string>

#include "whispr/limits.hpp"

namespace whispr {

namespace {

// Revoked keys are kept, so that none of them is ever taken for a new one. A user who uses up all
// of these has changed devices every week for years, or is up to something.
constexpr std::size_t keys_ever = 8 * limits::keys_per_user;

}  // namespace

SenderKeyRow* find_key(WorkingSet& set, UserId user, std::string_view public_key) {
    auto& rows = set.sender_keys.rows.of;
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const SenderKeyRow& row) {
        return row.user == user && row.key.public_key == public_key;
    });
    return at == rows.end() ? nullptr : &*at;
}

std::optional<Error> refuse_key(WorkingSet& set, UserId user, std::string_view public_key) {
    if (const SenderKeyRow* const known = find_key(set, user, public_key)) {
        if (!known->key.revoked_at) return std::nullopt;
        return invalid_field("signature", "was made with a key that was revoked");
    }
    std::size_t ever = 0;
    std::size_t in_use = 0;
    for (const SenderKeyRow& row : set.sender_keys.rows.of) {
        if (row.user != user) continue;
        ++ever;
        if (!row.key.revoked_at) ++in_use;
    }
    if (in_use < limits::keys_per_user && ever < keys_ever) return std::nullopt;
    return Error{Errc::limit_reached,
                 "Key limit reached: you may sign with at most " +
                     std::to_string(limits::keys_per_user) + " keys",
                 {}};
}

void remember_key(WorkingSet& set, const Caller& caller, std::string_view public_key) {
    if (find_key(set, caller.user, public_key) != nullptr) return;
    const SenderKeyRow row{caller.user,
                           {std::string(public_key), caller.device, set.now, std::nullopt}};
    set.sender_keys.rows.of.push_back(row);
    set.sender_keys.changes.created.push_back(row);
}

}  // namespace whispr
