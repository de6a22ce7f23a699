#include "engine/sessions.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/fanout.hpp"

namespace whispr {

namespace {

constexpr std::size_t typing_shown = 3;  // in conversations with more present than receipts_members
constexpr std::size_t typing_members = 1'000;  // beyond, nobody is shown
// Clients say once that somebody types, and show it for five seconds.
constexpr std::chrono::seconds typing_repeat{4};
// How many of the newest entries are looked at: among them there are enough users unless some have
// very many sessions, and a room may hold thousands.
constexpr std::size_t entries_searched = 10 * limits::presence_shown;

bool is_large(std::size_t users) noexcept {
    return users > limits::receipts_members;
}

std::vector<PresenceEntry> entries_of(const auto& placed) {
    std::vector<PresenceEntry> entries;
    entries.reserve(placed.size());
    for (const auto& one : placed)
        entries.push_back(one.entry);
    return entries;
}

/// What is present on this node.
std::vector<PresenceEntry> own_of(const auto& placed) {
    std::vector<PresenceEntry> entries;
    for (const auto& one : placed) {
        if (one.node == 0) entries.push_back(one.entry);
    }
    return entries;
}

/// Sessions are numbered by each node alone.
PresenceEntry seen_from_here(NodeId node, PresenceEntry entry) {
    entry.session ^= node;
    return entry;
}

}  // namespace

Sessions::Shard& Sessions::shard_of(ConversationId conversation) {
    return shards_[std::hash<ConversationId>{}(conversation) % shards_.size()];
}

std::shared_ptr<const Audience> Sessions::audience_of(Room& room) {
    if (!room.audience) {
        auto audience = std::make_shared<Audience>();
        audience->users.reserve(room.sessions_of.size());
        for (const auto& [user, sessions] : room.sessions_of) {
            audience->users.push_back(user);
        }
        std::sort(audience->users.begin(), audience->users.end());
        room.audience = std::move(audience);
    }
    return room.audience;
}

// The newest entries of up to `limits::presence_shown` users, and all of `self`.
std::vector<PresenceEntry> Sessions::newest_entries(const std::vector<Placed>& entries,
                                                    UserId self) {
    std::vector<PresenceEntry> shown;
    std::vector<UserId> users{self};
    const auto end =
        entries.rbegin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), entries_searched));
    for (auto placed = entries.rbegin(); placed != end; ++placed) {
        const UserId user = placed->entry.user;
        const bool known = std::find(users.begin(), users.end(), user) != users.end();
        if (!known && users.size() >= limits::presence_shown) continue;
        if (!known) users.push_back(user);
        shown.push_back(placed->entry);
        if (shown.size() >= 2 * limits::presence_shown) break;
    }
    return shown;
}

Sessions::Room& Sessions::enter(Shard& shard, ConversationId conversation, const Placed& placed) {
    Room& room = shard.rooms[conversation];
    room.entries.push_back(placed);
    ++room.sessions_of[placed.entry.user];
    room.audience.reset();
    room.joined.push_back(placed);
    tell_soon(conversation, room);
    return room;
}

PresenceState Sessions::join(ConversationId conversation, const PresenceEntry& entry) {
    Shard& shard = shard_of(conversation);
    const MutexLock lock(shard.mutex);
    const Room& room = enter(shard, conversation, {entry, 0});
    const std::size_t users = room.sessions_of.size();
    return {is_large(users) ? newest_entries(room.entries, entry.user) : entries_of(room.entries),
            users};
}

void Sessions::leave(ConversationId conversation, UserId user, std::uint64_t session) {
    leave(conversation, user, session, 0);
}

void Sessions::leave(ConversationId conversation, UserId user, std::uint64_t session, NodeId node) {
    bool stopped_typing = false;
    std::shared_ptr<const Audience> audience;
    Shard& shard = shard_of(conversation);
    {
        const MutexLock lock(shard.mutex);
        const auto room_at = shard.rooms.find(conversation);
        if (room_at == shard.rooms.end()) return;
        Room& room = room_at->second;
        const auto is_it = [&](const Placed& p) {
            return p.entry.session == session && p.entry.user == user && p.node == node;
        };
        const auto entry = std::find_if(room.entries.begin(), room.entries.end(), is_it);
        if (entry == room.entries.end()) return;
        const auto untold = std::find_if(room.joined.begin(), room.joined.end(), is_it);
        if (untold != room.joined.end()) {
            room.joined.erase(untold);
        } else {
            room.left.push_back(*entry);
        }
        room.entries.erase(entry);
        if (--room.sessions_of[user] == 0) {
            room.sessions_of.erase(user);
            room.audience.reset();
            stopped_typing =
                std::erase_if(room.typing, [&](const TypingUser& t) { return t.user == user; }) > 0;
        }
        tell_soon(conversation, room);
        if (stopped_typing) audience = audience_of(room);
    }
    if (stopped_typing) signal_typing(conversation, user, false, std::move(audience));
}

void Sessions::tell_soon(ConversationId conversation, Room& room) {
    if (room.telling) return;
    room.telling = true;
    executor_.run_after(limits_.presence_coalescing, [weak = weak_from_this(), conversation] {
        if (const auto self = weak.lock()) self->tell_now(conversation);
    });
}

void Sessions::tell_now(ConversationId conversation) {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    PresenceChanged changed;
    PresenceDelta own;
    std::shared_ptr<const Audience> audience;
    {
        Shard& shard = shard_of(conversation);
        const MutexLock lock(shard.mutex);
        const auto at = shard.rooms.find(conversation);
        if (at == shard.rooms.end()) return;
        Room& room = at->second;
        room.telling = false;
        changed.joins = entries_of(room.joined);
        changed.leaves = entries_of(room.left);
        own = {conversation, own_of(room.joined), own_of(room.left)};
        room.joined.clear();
        room.left.clear();
        changed.users = room.sessions_of.size();
        for (const PresenceEntry& entry : changed.leaves) {
            if (!room.sessions_of.contains(entry.user)) changed.gone.push_back(entry.user);
        }
        audience = audience_of(room);
        if (room.entries.empty()) shard.rooms.erase(at);
    }
    if (changed.joins.empty() && changed.leaves.empty()) return;
    if (!own.joins.empty() || !own.leaves.empty()) fanout_.tell_presence(std::move(own));
    if (is_large(changed.users + changed.gone.size())) {
        // Nobody sees them all, so names are told only while they are few.
        changed.counts_only = changed.joins.size() + changed.leaves.size() > limits::presence_shown;
        if (changed.counts_only) {
            changed.joins.clear();
            changed.leaves.clear();
            changed.gone.clear();
        }
    }
    Events events(1);
    events.front().conversation = conversation;
    events.front().at = clock_.now();
    events.front().audience = std::move(audience);
    events.front().what = std::move(changed);
    fanout_.deliver(std::move(events));
}

void Sessions::change_node(NodeId node, const std::vector<PresenceDelta>& changes) {
    for (const auto& [conversation, joins, leaves] : changes) {
        for (const PresenceEntry& entry : leaves)
            leave(conversation, entry.user, entry.session ^ node, node);
        Shard& shard = shard_of(conversation);
        const MutexLock lock(shard.mutex);
        const auto room = shard.rooms.find(conversation);
        for (const PresenceEntry& entry : joins) {
            const Placed placed{seen_from_here(node, entry), node};
            // It may have been told already, among all who are present there.
            const bool known = room != shard.rooms.end() &&
                               std::any_of(room->second.entries.begin(), room->second.entries.end(),
                                           [&](const Placed& p) {
                                               return p.node == node &&
                                                      p.entry.session == placed.entry.session &&
                                                      p.entry.user == placed.entry.user;
                                           });
            if (!known) enter(shard, conversation, placed);
        }
    }
}

void Sessions::replace_node(NodeId node, const std::vector<PresenceDelta>& present) {
    using Key = std::tuple<ConversationId, UserId, std::uint64_t>;
    std::set<Key> kept;
    for (const PresenceDelta& delta : present) {
        for (const PresenceEntry& entry : delta.joins)
            kept.insert({delta.conversation, entry.user, entry.session ^ node});
    }
    std::vector<Key> gone;
    for (Shard& shard : shards_) {
        const MutexLock lock(shard.mutex);
        for (const auto& [conversation, room] : shard.rooms) {
            for (const auto& [entry, place] : room.entries) {
                const Key key{conversation, entry.user, entry.session};
                if (place == node && !kept.contains(key)) gone.push_back(key);
            }
        }
    }
    for (const auto& [conversation, user, session] : gone)
        leave(conversation, user, session, node);
    change_node(node, present);
}

std::vector<PresenceDelta> Sessions::own_presence() {
    std::vector<PresenceDelta> present;
    for (Shard& shard : shards_) {
        const MutexLock lock(shard.mutex);
        for (const auto& [conversation, room] : shard.rooms) {
            auto own = own_of(room.entries);
            if (!own.empty()) present.push_back({conversation, std::move(own), {}});
        }
    }
    return present;
}

std::vector<ConversationId> Sessions::rooms() {
    std::vector<ConversationId> ids;
    for (Shard& shard : shards_) {
        const MutexLock lock(shard.mutex);
        for (const auto& [conversation, room] : shard.rooms) {
            const bool own = std::any_of(room.entries.begin(), room.entries.end(),
                                         [](const Placed& placed) { return placed.node == 0; });
            if (own) ids.push_back(conversation);
        }
    }
    return ids;
}

void Sessions::typing(ConversationId conversation, UserId user, bool typing) {
    const Time now = clock_.now();
    const Time until = now + limits_.typing_expiry;
    bool watch = false;
    std::shared_ptr<const Audience> audience;
    {
        Shard& shard = shard_of(conversation);
        const MutexLock lock(shard.mutex);
        const auto at = shard.rooms.find(conversation);
        if (at == shard.rooms.end() || !at->second.sessions_of.contains(user)) return;
        Room& room = at->second;
        const std::size_t users = room.sessions_of.size();
        if (users > typing_members) return;
        const auto is_user = [&](const TypingUser& t) { return t.user == user; };
        const auto known = std::find_if(room.typing.begin(), room.typing.end(), is_user);
        if (typing && known != room.typing.end()) {
            known->until = until;
            known->told = now;
        } else if (typing) {
            if (is_large(users) && room.typing.size() >= typing_shown) return;
            room.typing.push_back({user, now, until, now});
            watch = true;
        } else if (known != room.typing.end()) {
            room.typing.erase(known);
        }
        audience = audience_of(room);
    }
    if (watch) watch_typing(conversation, user, now, typing_repeat);
    signal_typing(conversation, user, typing, std::move(audience));
}

void Sessions::watch_typing(ConversationId conversation, UserId user, Time since,
                            std::chrono::microseconds delay) {
    executor_.run_after(std::max(delay, std::chrono::microseconds(1)),
                        [weak = weak_from_this(), conversation, user, since] {
                            if (const auto self = weak.lock())
                                self->look_at_typing(conversation, user, since);
                        });
}

// Says it again while it goes on, and ends it after silence.
void Sessions::look_at_typing(ConversationId conversation, UserId user, Time since) {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    std::optional<std::chrono::microseconds> later;
    std::shared_ptr<const Audience> audience;
    {
        Shard& shard = shard_of(conversation);
        const MutexLock lock(shard.mutex);
        const auto at = shard.rooms.find(conversation);
        if (at == shard.rooms.end()) return;
        auto& typing = at->second.typing;
        const auto known = std::find_if(typing.begin(), typing.end(), [&](const TypingUser& t) {
            return t.user == user && t.since == since;
        });
        if (known == typing.end()) return;
        const Time now = clock_.now();
        // More than the whole period is left only when the clock was put back.
        const auto left = known->until - now;
        if (left.count() > 0 && left <= limits_.typing_expiry) {
            if (now - known->told >= typing_repeat) {
                known->told = now;
                audience = audience_of(at->second);
            }
            later = std::min<std::chrono::microseconds>(left, known->told + typing_repeat - now);
        } else {
            typing.erase(known);
            audience = audience_of(at->second);
        }
    }
    if (later) watch_typing(conversation, user, since, *later);
    if (audience) signal_typing(conversation, user, later.has_value(), std::move(audience));
}

void Sessions::signal_typing(ConversationId conversation, UserId user, bool typing,
                             std::shared_ptr<const Audience> audience) {
    Events events(1);
    events.front().conversation = conversation;
    events.front().actor = user;
    events.front().at = clock_.now();
    events.front().audience = std::move(audience);
    events.front().what = Typing{user, typing};
    fanout_.deliver(std::move(events));
}

}  // namespace whispr
