// How a working set becomes the rows that storage writes.
#include <algorithm>
#include <chrono>

#include "engine/working_set.hpp"

namespace whispr {

namespace {

void collect_messages(ConversationEntry& entry, ChangeSet& set) {
    const ConversationId id = entry.row.id;
    for (auto& [mseq, message] : entry.messages) {
        for (ReactionRow& reaction : message.reactions_added) {
            set.reactions_added.push_back({id, std::move(reaction), true});
        }
        for (ReactionRow& reaction : message.reactions_removed) {
            set.reactions_removed.push_back({id, std::move(reaction), false});
        }
        if (message.reactions_cleared) set.reactions_cleared.push_back({entry.row.no, mseq});
        // Storage finds a changed message by this, also when it was sent in the same moment or the
        // clock has gone back.
        if (message.changed) {
            message.row.updated_at = std::max(message.row.updated_at,
                                              message.row.sent_at + std::chrono::microseconds(1));
        }
        if (message.created) {
            set.messages_created.push_back(std::move(message.row));
        } else if (message.changed) {
            set.messages_changed.push_back(std::move(message.row));
        }
    }
}

void collect_members(ConversationEntry& entry, ChangeSet& set) {
    const ConversationId id = entry.row.id;
    set.members.insert(set.members.end(), entry.member_writes.begin(), entry.member_writes.end());
    for (auto& [user, own] : entry.owns) {
        if (own.position_changed) set.positions.push_back({id, own.position, false});
        if (own.membership_changed) {
            set.memberships.push_back({id, std::move(own.membership), false});
        }
    }
}

bool is_empty(const UploadChanges& uploads) {
    return uploads.removed.empty() && uploads.created.empty() && uploads.blobs.empty() &&
           uploads.blobs_removed.empty() && uploads.checks_done.empty() &&
           uploads.checks_added.empty();
}

}  // namespace

std::optional<ChangeSet> WorkingSet::changes() {
    ChangeSet set;
    for (auto& [id, entry] : conversations_) {
        collect_members(entry, set);
        collect_messages(entry, set);
        if (entry.changed) {
            set.conversations.push_back({entry.row, entry.created, entry.policy_changed});
        }
    }
    set.pairs_created = std::move(pairs_created_);
    set.hidden = std::move(hidden_);
    set.users.assign(users_changed_.begin(), users_changed_.end());
    set.pins = std::move(pins.changes);
    set.attachments = std::move(attachments.changes);
    set.drafts = std::move(drafts.changes);
    set.schedules = std::move(schedules.changes);
    set.moderation = std::move(moderation.changes);
    set.sender_keys = std::move(sender_keys.changes);
    set.uploads = std::move(uploads.changes);
    set.search = std::move(search);
    // What is not looked at here never changes without a row of these, or a number of a user.
    const bool nothing =
        set.conversations.empty() && set.positions.empty() && set.memberships.empty() &&
        set.hidden.empty() && set.users.empty() && set.moderation.reports_created.empty() &&
        set.moderation.reports_changed.empty() && set.sender_keys.changed.empty() &&
        set.search.cursors.empty() && is_empty(set.uploads);
    if (nothing) return std::nullopt;
    return set;
}

void WorkingSet::remember_members(MemberCache& cache) const {
    for (const auto& [id, entry] : conversations_) {
        cache.put(id, entry.members);
    }
}

}  // namespace whispr
