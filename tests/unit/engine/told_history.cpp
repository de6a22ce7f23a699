#include "engine/told_history.hpp"

#include <algorithm>

namespace whispr::test {

bool ToldConversation::shows(Mseq mseq, UserId user, Time now) const {
    const ToldMessage& message = messages.at(mseq);
    const bool expired = message.expires_at && *message.expires_at <= now;
    return !message.deleted && !expired && !hidden.contains({user, mseq});
}

std::uint32_t ToldConversation::unread(UserId user, Time now) const {
    const auto position = read.find(user);
    const Mseq from = position == read.end() ? 0 : position->second;
    return static_cast<std::uint32_t>(
        std::count_if(messages.upper_bound(from), messages.end(), [&](const auto& entry) {
            return entry.second.sender != user && shows(entry.first, user, now);
        }));
}

void ToldHistory::apply(const Events& events) {
    for (const Event& event : events)
        apply(event);
}

void ToldHistory::apply(const Event& event) {
    ToldConversation& conversation = conversations[event.conversation];
    if (event.eseq > 0) {
        expect(event.eseq == conversation.eseq + 1, "eseq follows", event);
        conversation.eseq = event.eseq;
    }
    if (event.useq > 0) {
        Useq& last = useqs[*event.user];
        expect(event.useq == last + 1, "useq follows", event);
        last = event.useq;
    }
    apply_message(event, conversation);
    apply_conversation(event, conversation);
    apply_own(event, conversation);
    if (!event.audience) return;
    std::vector<UserId> members;
    for (const auto& [user, role] : conversation.members)
        members.push_back(user);
    expect(event.audience->users == members, "the audience is the members", event);
}

void ToldHistory::apply_message(const Event& event, ToldConversation& conversation) {
    const auto named = [&](MessageId id) -> ToldMessage& {
        expect(places.contains(id), "the message was told before", event);
        return conversation.messages[places[id].second];
    };
    if (const auto* created = std::get_if<MessageCreated>(&event.what)) {
        const Message& message = *created->message;
        const auto next = static_cast<Mseq>(conversation.messages.size()) + 1;
        expect(message.mseq == next, "mseq follows", event);
        expect(message.eseq == event.eseq, "the message holds its change", event);
        expect(!places.contains(message.id), "a message is created once", event);
        places[message.id] = {event.conversation, message.mseq};
        conversation.messages[message.mseq] = {
            message.id,         message.sender, message.type, message.content,
            message.expires_at, false,          message.eseq, {}};
    } else if (const auto* edited = std::get_if<MessageEdited>(&event.what)) {
        ToldMessage& message = named(edited->message->id);
        message.content = edited->message->content;
        message.eseq = event.eseq;
    } else if (const auto* deleted = std::get_if<MessageDeleted>(&event.what)) {
        ToldMessage& message = named(deleted->message);
        message.deleted = true;
        message.content.clear();
        message.reactions.clear();
        message.eseq = event.eseq;
    } else if (const auto* added = std::get_if<ReactionAdded>(&event.what)) {
        ToldMessage& message = named(added->message);
        const auto key = std::pair(added->reaction.user, added->reaction.reaction);
        expect(message.reactions.insert(key).second, "a reaction is added once", event);
        message.eseq = event.eseq;
    } else if (const auto* removed = std::get_if<ReactionRemoved>(&event.what)) {
        ToldMessage& message = named(removed->message);
        expect(message.reactions.erase({removed->user, removed->reaction}) == 1,
               "a reaction that is removed was there", event);
        message.eseq = event.eseq;
    }
}

void ToldHistory::apply_conversation(const Event& event, ToldConversation& conversation) {
    if (const auto* created = std::get_if<ConversationCreated>(&event.what)) {
        conversation.metadata = created->conversation->metadata;
        for (const Member& member : created->conversation->members) {
            conversation.members[member.user] = member.role;
        }
    } else if (const auto* updated = std::get_if<ConversationUpdated>(&event.what)) {
        conversation.metadata = updated->conversation->metadata;
        conversation.active = updated->conversation->active;
    } else if (std::holds_alternative<ConversationDeactivated>(event.what)) {
        conversation.active = false;
    } else if (const auto* added = std::get_if<MemberAdded>(&event.what)) {
        expect(conversation.members.emplace(added->member.user, added->member.role).second,
               "who is added was not a member", event);
    } else if (const auto* removed = std::get_if<MemberRemoved>(&event.what)) {
        expect(conversation.members.erase(removed->user) == 1, "who is removed was a member",
               event);
    } else if (const auto* changed = std::get_if<MemberRoleChanged>(&event.what)) {
        expect(conversation.members.contains(changed->member.user), "who is promoted is a member",
               event);
        conversation.members[changed->member.user] = changed->member.role;
    }
}

void ToldHistory::apply_own(const Event& event, ToldConversation& conversation) {
    if (const auto* moved = std::get_if<ReadMoved>(&event.what)) {
        Mseq& position = conversation.read[moved->reader];
        expect(moved->read_mseq >= position, "a position only rises", event);
        position = moved->read_mseq;
    } else if (const auto* hidden = std::get_if<MessageHidden>(&event.what)) {
        conversation.hidden.insert({*event.user, hidden->mseq});
    }
}

void ToldHistory::expect(bool right, const std::string& what, const Event& event) {
    if (right) return;
    faults.push_back("not so: " + what + " (conversation " + event.conversation.to_string() +
                     ", eseq " + std::to_string(event.eseq) + ", kind " +
                     std::to_string(event.what.index()) + ")");
}

}  // namespace whispr::test
