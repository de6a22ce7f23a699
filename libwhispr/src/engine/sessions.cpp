#include "engine/sessions.hpp"

#include <algorithm>

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

// The newest entries of up to `limits::presence_shown` users, and all of `self`.
std::vector<PresenceEntry> newest_entries(const std::vector<PresenceEntry>& entries, UserId self) {
    std::vector<PresenceEntry> shown;
    std::vector<UserId> users{self};
    const auto end =
        entries.rbegin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), entries_searched));
    for (auto entry = entries.rbegin(); entry != end; ++entry) {
        const bool known = std::find(users.begin(), users.end(), entry->user) != users.end();
        if (!known && users.size() >= limits::presence_shown) continue;
        if (!known) users.push_back(entry->user);
        shown.push_back(*entry);
        if (shown.size() >= 2 * limits::presence_shown) break;
    }
    return shown;
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

PresenceState Sessions::join(ConversationId conversation, const PresenceEntry& entry) {
    Shard& shard = shard_of(conversation);
    const MutexLock lock(shard.mutex);
    Room& room = shard.rooms[conversation];
    room.entries.push_back(entry);
    ++room.sessions_of[entry.user];
    room.audience.reset();
    room.joined.push_back(entry);
    tell_soon(conversation, room);
    const std::size_t users = room.sessions_of.size();
    return {is_large(users) ? newest_entries(room.entries, entry.user) : room.entries, users};
}

void Sessions::leave(ConversationId conversation, UserId user, std::uint64_t session) {
    bool stopped_typing = false;
    std::shared_ptr<const Audience> audience;
    Shard& shard = shard_of(conversation);
    {
        const MutexLock lock(shard.mutex);
        const auto room_at = shard.rooms.find(conversation);
        if (room_at == shard.rooms.end()) return;
        Room& room = room_at->second;
        const auto is_it = [&](const PresenceEntry& e) {
            return e.session == session && e.user == user;
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
    std::shared_ptr<const Audience> audience;
    {
        Shard& shard = shard_of(conversation);
        const MutexLock lock(shard.mutex);
        const auto at = shard.rooms.find(conversation);
        if (at == shard.rooms.end()) return;
        Room& room = at->second;
        room.telling = false;
        changed.joins = std::move(room.joined);
        changed.leaves = std::move(room.left);
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
