#include "engine/working_set.hpp"

#include <algorithm>

#include "engine/check.hpp"

namespace whispr {

const MemberRow* ConversationEntry::member(UserId user) const noexcept {
    return members ? members->find(user) : nullptr;
}

const MemberRow* ConversationEntry::active_member(UserId user) const noexcept {
    const MemberRow* const found = member(user);
    return found != nullptr && found->active ? found : nullptr;
}

OwnEntry* ConversationEntry::own(UserId user) noexcept {
    const auto at = owns.find(user);
    return at == owns.end() ? nullptr : &at->second;
}

MessageEntry* ConversationEntry::message(Mseq mseq) noexcept {
    const auto at = messages.find(mseq);
    return at == messages.end() ? nullptr : &at->second;
}

Eseq ConversationEntry::put_member(MemberRow member) {
    const Eseq eseq = next_eseq();
    row.members_eseq = eseq;
    member.last_eseq = eseq;
    auto rows = members->rows;
    const auto at = std::find_if(rows.begin(), rows.end(),
                                 [&](const MemberRow& r) { return r.user == member.user; });
    const bool is_new = at == rows.end();
    if (is_new) {
        rows.push_back(member);
        // Storage makes a fresh own state with the member; later commands of the batch may change
        // it.
        OwnEntry fresh;
        fresh.position.user = member.user;
        fresh.membership.user = member.user;
        owns.emplace(member.user, std::move(fresh));
    } else {
        *at = member;
        if (OwnEntry* entry = own(member.user); entry != nullptr) {
            entry->membership.active = member.active;
        }
    }
    members = MemberList::make(eseq, std::move(rows));
    row.member_count = static_cast<std::uint32_t>(members->audience->users.size());
    const auto write =
        std::find_if(member_writes.begin(), member_writes.end(),
                     [&](const RowOf<MemberRow>& w) { return w.row.user == member.user; });
    if (write != member_writes.end()) {
        write->row = member;
    } else {
        member_writes.push_back({row.id, member, is_new});
    }
    return eseq;
}

void WorkingSet::take(Locked locked) {
    now = locked.now;
    for (ConversationRow& row : locked.conversations) {
        const ConversationId id = row.id;
        ConversationEntry& entry = conversations_[id];
        entry.row = std::move(row);
        by_no_[entry.row.no] = &entry;
    }
    for (const auto& [pair, id] : locked.pairs) {
        pairs_[pair] = id;
    }
}

void WorkingSet::take_members_from(const MemberCache& cache, LoadKeys& keys) {
    for (auto& [id, entry] : conversations_) {
        entry.members = cache.find(id, entry.row.members_eseq);
        if (!entry.members) keys.members_of.push_back(entry.row.no);
    }
}

void WorkingSet::take(Loaded loaded) {
    std::map<std::int64_t, std::vector<MemberRow>> members;
    for (const auto& [no, row] : loaded.members) {
        members[no].push_back(row);
    }
    for (auto& [id, entry] : conversations_) {
        if (!entry.members) {
            entry.members =
                MemberList::make(entry.row.members_eseq, std::move(members[entry.row.no]));
        }
    }
    for (OwnState& own : loaded.own) {
        OwnEntry entry;
        entry.position = own.position;
        entry.membership = std::move(own.membership);
        by_no(own.no)->owns.emplace(entry.position.user, std::move(entry));
    }
    users_.insert(loaded.users.begin(), loaded.users.end());
    list_pins.insert(loaded.list_pins.begin(), loaded.list_pins.end());
    pins.rows = std::move(loaded.pins);
    attachments.rows = std::move(loaded.attachments);
    drafts.rows = std::move(loaded.drafts);
    schedules.rows = std::move(loaded.schedules);
    moderation.rows = std::move(loaded.moderation);
    sender_keys.rows = std::move(loaded.sender_keys);
    uploads.rows = std::move(loaded.uploads);
    for (MessageRow& row : loaded.messages) {
        ConversationEntry* entry = conversation(row.conversation);
        const Mseq mseq = row.mseq;
        entry->messages[mseq].row = std::move(row);
    }
    for (auto& [no, reaction] : loaded.reactions) {
        if (MessageEntry* message = by_no(no)->message(reaction.mseq); message != nullptr) {
            message->reactions.push_back(std::move(reaction));
        }
    }
    for (MessageRow& row : loaded.sends) {
        ConversationEntry* entry = conversation(row.conversation);
        if (row.op_id) entry->by_op_id[{row.sender, *row.op_id}] = row.mseq;
        if (row.client_random) {
            // A row that was found by its op_id need not be the newest with its client_random.
            Mseq& newest = entry->by_client_random[{row.sender, *row.client_random}];
            newest = std::max(newest, row.mseq);
        }
        const Mseq mseq = row.mseq;
        entry->messages.try_emplace(mseq,
                                    MessageEntry{std::move(row), false, false, {}, {}, {}, false});
    }
    for (auto& [key, head] : loaded.newly_read) {
        if (OwnEntry* own = by_no(key.no)->own(key.user); own != nullptr) {
            own->newly_read.push_back(head);
        }
    }
    for (auto& [key, head] : loaded.newly_delivered) {
        if (OwnEntry* own = by_no(key.no)->own(key.user); own != nullptr) {
            own->newly_delivered.push_back(head);
        }
    }
}

ConversationEntry* WorkingSet::conversation(ConversationId id) noexcept {
    const auto at = conversations_.find(id);
    return at == conversations_.end() ? nullptr : &at->second;
}

const ConversationEntry* WorkingSet::conversation(ConversationId id) const noexcept {
    const auto at = conversations_.find(id);
    return at == conversations_.end() ? nullptr : &at->second;
}

ConversationEntry* WorkingSet::by_no(std::int64_t no) noexcept {
    const auto at = by_no_.find(no);
    check(at != by_no_.end(), "storage returned a row of a conversation that was not asked for");
    return at->second;
}

const ConversationEntry* WorkingSet::by_pair(const UserPair& pair) const noexcept {
    const auto at = pairs_.find(pair);
    return at == pairs_.end() ? nullptr : conversation(at->second);
}

ConversationEntry* WorkingSet::by_pair(const UserPair& pair) noexcept {
    const auto at = pairs_.find(pair);
    return at == pairs_.end() ? nullptr : conversation(at->second);
}

ConversationEntry* WorkingSet::by_group_op(UserId creator, OpId op) noexcept {
    for (auto& [id, entry] : conversations_) {
        if (entry.row.created_by == creator && entry.row.op_id == op) return &entry;
    }
    return nullptr;
}

ConversationEntry* WorkingSet::by_external_group(const Uuid& external) noexcept {
    for (auto& [id, entry] : conversations_) {
        if (entry.row.external_group_id == external) return &entry;
    }
    return nullptr;
}

ConversationEntry& WorkingSet::create(ConversationRow row, std::vector<MemberRow> members) {
    const ConversationId id = row.id;
    ConversationEntry& entry = conversations_[id];
    entry.created = true;
    entry.changed = true;
    row.member_count = static_cast<std::uint32_t>(members.size());
    entry.row = std::move(row);
    for (const MemberRow& member : members) {
        entry.member_writes.push_back({id, member, true});
    }
    entry.members = MemberList::make(entry.row.members_eseq, std::move(members));
    return entry;
}

void WorkingSet::create_pair(const UserPair& pair, ConversationId id) {
    pairs_[pair] = id;
    pairs_created_.emplace_back(pair, id);
}

Useq WorkingSet::next_useq(UserId user) {
    const Useq next = ++users_[user];
    users_changed_[user] = next;
    return next;
}

void WorkingSet::hide_message(HiddenMessage hidden) {
    hidden_.push_back(hidden);
}

void WorkingSet::tell(const ConversationEntry& conversation, Eseq eseq, UserId actor,
                      Event::What what) {
    events.push_back(Event{.conversation = conversation.row.id,
                           .eseq = eseq,
                           .useq = 0,
                           .actor = actor,
                           .user = std::nullopt,
                           .at = now,
                           .audience = conversation.members->audience,
                           .what = std::move(what)});
}

void WorkingSet::tell_user(const ConversationEntry& conversation, UserId user, Useq useq,
                           Event::What what) {
    events.push_back(Event{.conversation = conversation.row.id,
                           .eseq = 0,
                           .useq = useq,
                           .actor = user,
                           .user = user,
                           .at = now,
                           .audience = nullptr,
                           .what = std::move(what)});
}

void WorkingSet::tell_host(ConversationId conversation, UserId actor, Event::What what) {
    events.push_back(Event{.conversation = conversation,
                           .eseq = 0,
                           .useq = 0,
                           .actor = actor,
                           .user = std::nullopt,
                           .at = now,
                           .audience = nullptr,
                           .what = std::move(what)});
}

}  // namespace whispr
