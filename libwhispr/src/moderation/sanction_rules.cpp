#include "moderation/sanction_rules.hpp"

#include <algorithm>

namespace whispr {

Sanction to_sanction(const SanctionRow& row, ConversationId conversation, Time now) {
    return Sanction{row.id,        conversation,   row.user,           row.type,      row.reason,
                    row.issued_by, row.expires_at, in_force(row, now), row.created_at};
}

bool in_force(const SanctionRow& row, Time now) noexcept {
    return !row.lifted && (!row.expires_at || *row.expires_at > now);
}

std::optional<Time> held_until(const WorkingSet& set, const MemberKey& member, SanctionType type) {
    std::optional<Time> until;
    for (const auto& [no, row] : set.moderation.rows.sanctions) {
        const bool counts = no == member.no && row.user == member.user && row.type == type &&
                            in_force(row, set.now);
        if (!counts) continue;
        const Time end = row.expires_at.value_or(Time::max());
        until = until ? std::max(*until, end) : end;
    }
    return until;
}

Eseq settle_member(WorkingSet& set, ConversationEntry& conversation, UserId user,
                   SanctionType type) {
    const MemberRow* const member = conversation.member(user);
    if (member == nullptr || type == SanctionType::kick) return conversation.next_eseq();
    MemberRow changed = *member;
    const auto until = held_until(set, {conversation.row.no, user}, type);
    (type == SanctionType::mute ? changed.muted_until : changed.shadowed_until) = until;
    return conversation.put_member(changed);
}

}  // namespace whispr
