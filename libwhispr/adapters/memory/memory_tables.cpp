#include "memory_tables.hpp"

#include <algorithm>
#include <tuple>

#include "memory_concepts.hpp"
#include "whispr/limits.hpp"

namespace whispr::memory {

const ConversationTable* find(const Tables& tables, std::int64_t no) {
    const auto found = tables.conversations.find(no);
    return found == tables.conversations.end() ? nullptr : &found->second;
}

const ConversationTable* find(const Tables& tables, ConversationId id) {
    const auto found = tables.by_id.find(id);
    return found == tables.by_id.end() ? nullptr : find(tables, found->second);
}

ConversationTable& table_of(Tables& tables, ConversationId id) {
    return tables.conversations.at(tables.by_id.at(id));
}

std::vector<ReactionRow> reactions_on(const ConversationTable& table, Mseq mseq) {
    const auto found = table.reactions.find(mseq);
    if (found == table.reactions.end()) return {};
    std::vector<ReactionRow> rows = found->second;
    std::sort(rows.begin(), rows.end(), [](const ReactionRow& a, const ReactionRow& b) {
        return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
    });
    return rows;
}

bool visible(const ConversationTable& table, const MessageRow& message, UserId reader, Time now) {
    return !message.deleted && (!message.expires_at || *message.expires_at > now) &&
           (!message.shadowed || message.sender == reader) &&
           !table.hidden.contains({reader, message.mseq});
}

std::uint32_t unread(const ConversationTable& table, UserId user, Time now) {
    const auto member = table.members.find(user);
    if (member == table.members.end()) return 0;
    const Mseq mark = member->second.membership.unread_from;
    const Mseq from = mark > 0 ? mark : member->second.position.read_mseq + 1;
    std::uint32_t count = 0;
    for (auto at = table.messages.lower_bound(from);
         at != table.messages.end() && count < limits::unread_count; ++at) {
        if (at->second.sender != user && visible(table, at->second, user, now)) ++count;
    }
    return count;
}

std::vector<const MemberEntry*> active_members(const ConversationTable& table) {
    std::vector<const MemberEntry*> entries;
    for (const auto& [user, entry] : table.members) {
        if (entry.member.active) entries.push_back(&entry);
    }
    std::sort(entries.begin(), entries.end(), [](const MemberEntry* a, const MemberEntry* b) {
        return std::tie(a->member.joined_at, a->member.user) <
               std::tie(b->member.joined_at, b->member.user);
    });
    return entries;
}

namespace {

void create_conversation(Tables& tables, const ConversationRow& row) {
    const auto no = static_cast<std::int64_t>(tables.conversations.size()) + 1;
    ConversationTable& table = tables.conversations[no];
    table.row = row;
    table.row.no = no;
    tables.by_id[row.id] = no;
    if (row.op_id) tables.group_ops[{row.created_by, *row.op_id}] = no;
    if (row.external_group_id) tables.external_groups[*row.external_group_id] = no;
}

void change_conversation(Tables& tables, const ConversationWrite& write) {
    ConversationRow& row = table_of(tables, write.row.id).row;
    const ConversationRow before = std::move(row);
    row = write.row;
    row.no = before.no;
    if (!write.policy_changed) {
        row.active = before.active;
        row.metadata = before.metadata;
        row.external_group_id = before.external_group_id;
    }
    if (row.external_group_id == before.external_group_id) return;
    if (before.external_group_id) tables.external_groups.erase(*before.external_group_id);
    if (row.external_group_id) tables.external_groups[*row.external_group_id] = row.no;
}

void apply_members(Tables& tables, const ChangeSet& changes) {
    for (const RowOf<MemberRow>& member : changes.members) {
        ConversationTable& table = table_of(tables, member.conversation);
        MemberEntry& entry = table.members[member.row.user];
        entry.member = member.row;
        entry.position.user = member.row.user;
        entry.membership.user = member.row.user;
        entry.membership.active = member.row.active;
        entry.changed = tables.changes;
        tables.memberships[member.row.user].insert(table.row.no);
    }
    for (const RowOf<PositionRow>& position : changes.positions) {
        MemberEntry& entry = table_of(tables, position.conversation).members.at(position.row.user);
        entry.position = position.row;
        entry.changed = tables.changes;
    }
    for (const RowOf<MembershipRow>& membership : changes.memberships) {
        MemberEntry& entry =
            table_of(tables, membership.conversation).members.at(membership.row.user);
        entry.membership = membership.row;
        entry.membership.active = entry.member.active;
        entry.changed = tables.changes;
    }
}

void watch_expiry(Tables& tables, std::int64_t no, const MessageRow& message) {
    if (message.expires_at && !message.deleted) {
        tables.expiring.insert({*message.expires_at, {no, message.mseq}});
    }
}

void apply_messages(Tables& tables, const ChangeSet& changes) {
    for (const MessageRow& message : changes.messages_created) {
        ConversationTable& table = table_of(tables, message.conversation);
        table.messages[message.mseq] = message;
        tables.message_ids[message.id] = {table.row.no, message.mseq};
        watch_expiry(tables, table.row.no, message);
        if (message.op_id) table.by_op_id[{message.sender, *message.op_id}] = message.mseq;
        if (message.client_random) {
            Mseq& newest = table.by_client_random[{message.sender, *message.client_random}];
            newest = std::max(newest, message.mseq);
        }
    }
    for (const MessageRow& message : changes.messages_changed) {
        ConversationTable& table = table_of(tables, message.conversation);
        MessageRow& row = table.messages.at(message.mseq);
        if (row.expires_at) tables.expiring.erase({*row.expires_at, {table.row.no, row.mseq}});
        row.content = message.content;
        row.metadata = message.metadata;
        row.updated_at = message.updated_at;
        row.edited_at = message.edited_at;
        row.expires_at = message.expires_at;
        row.deleted = message.deleted;
        row.last_eseq = message.last_eseq;
        row.signature = message.signature;
        row.sender_public_key = message.sender_public_key;
        watch_expiry(tables, table.row.no, row);
    }
    for (const HiddenMessage& hidden : changes.hidden) {
        table_of(tables, hidden.conversation).hidden.insert({hidden.user, hidden.mseq});
    }
}

void apply_reactions(Tables& tables, const ChangeSet& changes) {
    for (const MessageKey& key : changes.reactions_cleared) {
        tables.conversations.at(key.no).reactions.erase(key.mseq);
    }
    for (const RowOf<ReactionRow>& removed : changes.reactions_removed) {
        auto& rows = table_of(tables, removed.conversation).reactions[removed.row.mseq];
        std::erase_if(rows, [&](const ReactionRow& row) {
            return row.user == removed.row.user && row.reaction == removed.row.reaction;
        });
    }
    for (const RowOf<ReactionRow>& added : changes.reactions_added) {
        table_of(tables, added.conversation).reactions[added.row.mseq].push_back(added.row);
    }
}

}  // namespace

void apply(Tables& tables, const ChangeSet& changes) {
    ++tables.changes;
    for (const ConversationWrite& write : changes.conversations) {
        if (write.created) create_conversation(tables, write.row);
    }
    for (const auto& [pair, conversation] : changes.pairs_created) {
        tables.pairs[pair] = conversation;
    }
    apply_members(tables, changes);
    apply_messages(tables, changes);
    apply_reactions(tables, changes);
    for (const auto apply_concept : {apply_pins, apply_attachments, apply_drafts, apply_schedules,
                                     apply_moderation, apply_sender_keys, apply_search}) {
        apply_concept(tables, changes);
    }
    for (const auto& [user, useq] : changes.users)
        tables.users[user] = useq;
    for (const ConversationWrite& write : changes.conversations) {
        if (!write.created) change_conversation(tables, write);
        table_of(tables, write.row.id).changed = tables.changes;
    }
}

}  // namespace whispr::memory
