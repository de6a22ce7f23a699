#include "engine/missed_changes.hpp"

#include <algorithm>

#include "conversations/conversation_view.hpp"
#include "messages/message_view.hpp"

namespace whispr {

namespace {

/// Read at once: what a busy conversation gets in the time that it takes to notice, many times
/// over.
constexpr std::size_t most_changes = 5'000;

class Reading {
 public:
    Reading(const Hole& hole, const ConversationRow& row, std::shared_ptr<const Audience> audience)
        : hole_(hole), row_(row), audience_(std::move(audience)) {}

    void message(Message message) {
        const Eseq eseq = message.eseq;
        const Time at = std::max(message.sent_at, message.updated_at);
        if (!lacks(eseq) || (hole_.by_time && at <= hole_.told_at)) return;
        if (message.deleted)
            return add(eseq, at, message.sender, MessageDeleted{message.id, message.mseq});
        const bool created = message.sent_at > hole_.told_at;
        const UserId sender = message.sender;
        const auto shared = std::make_shared<const Message>(std::move(message));
        if (created) {
            add(eseq, at, sender, MessageCreated{shared});
        } else {
            add(eseq, at, sender, MessageEdited{shared});
        }
    }

    void member(const MemberRow& member, const std::shared_ptr<const Conversation>& conversation) {
        if (!lacks(member.last_eseq)) return;
        const Time at = row_.updated_at;
        if (!member.active)
            return add(member.last_eseq, at, member.user, MemberRemoved{member.user});
        if (member.joined_at > hole_.told_at) {
            add(member.last_eseq, at, member.user, MemberAdded{to_member(member), conversation});
        } else {
            add(member.last_eseq, at, member.user, MemberRoleChanged{to_member(member)});
        }
    }

    /// A new conversation is told whole: with its first members and its policy.
    void created(const std::shared_ptr<const Conversation>& conversation) {
        if (row_.created_at <= hole_.told_at || !lacks(creation)) return;
        add(creation, row_.created_at, row_.created_by, ConversationCreated{conversation});
        told_whole_ = true;
    }

    void policy(const std::shared_ptr<const Conversation>& conversation) {
        if (!lacks(row_.policy_eseq)) return;
        if (row_.active) {
            add(row_.policy_eseq, row_.updated_at, row_.created_by,
                ConversationUpdated{conversation});
        } else {
            add(row_.policy_eseq, row_.updated_at, row_.created_by, ConversationDeactivated{});
        }
    }

    /// What else has changed is not seen by everybody, or was changed again: the number alone.
    Events finish() {
        std::sort(events_.begin(), events_.end(),
                  [](const Event& a, const Event& b) { return a.eseq < b.eseq; });
        const Eseq last = events_.empty() ? hole_.told : events_.back().eseq;
        if (last < row_.eseq && lacks(row_.eseq))
            add(row_.eseq, row_.updated_at, row_.created_by, Advanced{});
        return std::move(events_);
    }

 private:
    [[nodiscard]] bool lacks(Eseq eseq) const {
        if (told_whole_ && eseq == creation) return false;
        return eseq > hole_.told && eseq <= row_.eseq &&
               !std::binary_search(hole_.here.begin(), hole_.here.end(), eseq);
    }
    void add(Eseq eseq, Time at, UserId actor, Event::What what) {
        events_.push_back(Event{.conversation = hole_.conversation,
                                .eseq = eseq,
                                .useq = 0,
                                .actor = actor,
                                .user = std::nullopt,
                                .at = at,
                                .audience = audience_,
                                .what = std::move(what)});
    }

    static constexpr Eseq creation = 1;  ///< the change that creates a conversation

    const Hole& hole_;
    const ConversationRow& row_;
    const std::shared_ptr<const Audience> audience_;
    bool told_whole_ = false;
    Events events_;
};

std::shared_ptr<const Audience> audience_of(const std::vector<MemberRow>& members) {
    auto audience = std::make_shared<Audience>();
    for (const MemberRow& member : members)
        audience->users.push_back(member.user);
    std::sort(audience->users.begin(), audience->users.end());
    return audience;
}

}  // namespace

Result<MissedChanges> read_missed(ReadStorage& storage, const Hole& hole, Time now) {
    const auto access = storage.access(hole.conversation, system_user);
    if (!access) return access.error();
    if (!*access) return MissedChanges{};
    const ConversationRow& row = (*access)->conversation;
    // Where nothing came of late, a look at the row is enough; an edit or a reaction leaves no time
    // there.
    const bool unheard = hole.by_time && hole.here.empty() && hole.beginning == 0;
    const bool untouched =
        unheard && std::max(row.updated_at, row.last_activity_at) <= hole.told_at;
    if (row.eseq <= hole.told || untouched) return MissedChanges{{}, row.eseq};
    const auto members = storage.members(row.no);
    if (!members) return members.error();
    auto rows = storage.changes({.no = row.no,
                                 .reader = system_user,
                                 .now = now,
                                 .since = hole.told,
                                 .limit = most_changes,
                                 .members = true});
    if (!rows) return rows.error();
    // A shadowed one is its sender's alone.
    std::erase_if(rows->page.messages, [](const MessageRow& one) { return one.shadowed; });

    auto conversation = std::make_shared<Conversation>(to_conversation(row));
    for (const MemberRow& member : *members)
        conversation->members.push_back(to_member(member));
    Reading reading(hole, row, audience_of(*members));
    reading.created(conversation);
    for (Message& message : to_messages(std::move(rows->page)))
        reading.message(std::move(message));
    for (const MemberRow& member : rows->members)
        reading.member(member, conversation);
    reading.policy(conversation);
    return MissedChanges{reading.finish(), row.eseq};
}

}  // namespace whispr
