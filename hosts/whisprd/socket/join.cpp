// How channels begin and end: joining is subscribing, then reading, then replying; what arrives
// between is kept and comes after the reply.
#include <algorithm>

#include "edge/json/cast.hpp"
#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "edge/phoenix/payloads.hpp"
#include "meters.hpp"
#include "presence_session.hpp"
#include "rate_limits.hpp"
#include "socket/session.hpp"
#include "user_sockets.hpp"
#include "whispr/conversations.hpp"
#include "whispr/limits.hpp"

namespace whisprd::socket {

using edge::phoenix::ClientFrame;
using edge::phoenix::ParsedTopic;
using edge::phoenix::Status;
using edge::phoenix::Topic;

namespace {

whispr::Time now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string_view reason_of(const whispr::Error& error) {
    switch (error.code) {
        case whispr::Errc::conversation_not_found:
            return "conversation_not_found";
        case whispr::Errc::not_a_member:
            return "not_authorized";
        case whispr::Errc::overloaded:
        case whispr::Errc::unavailable:
        case whispr::Errc::closed:
            return "temporary_unavailable";
        default:
            return "internal_server_error";
    }
}

std::string with_reason(std::string_view reason) {
    std::string response;
    edge::write_socket_reason(response, reason);
    return response;
}

// ,"changes":{"messages":[...],"hidden":[...]
void write_changed_messages(std::string& out, const whispr::MessageChanges& changes) {
    out += R"(,"changes":{"messages":[)";
    for (const auto& message : changes.messages) {
        if (out.back() != '[') out += ',';
        edge::json::write_message(out, message);
    }
    out += R"(],"hidden":[)";
    for (const auto& message : changes.hidden) {
        if (out.back() != '[') out += ',';
        edge::json::write(out, message);
    }
    out += ']';
}

// The members to tell a client that has missed something, where they are few enough to be told to
// everyone who comes back; otherwise none.
std::span<const whispr::Member> members_to_tell(const whispr::Conversation& conversation,
                                                whispr::Eseq since) {
    const bool few = conversation.members.size() <= whispr::limits::receipts_members;
    if (since == conversation.eseq || !few) return {};
    return conversation.members;
}

// The changes with "members", and "complete" beside them. What has no room is not told: the client
// reads pages.
void write_changes(std::string& out, const whispr::MessageChanges& changes,
                   std::span<const whispr::Member> members, std::size_t room) {
    const std::size_t begin = out.size();
    write_changed_messages(out, changes);
    const bool fits = out.size() - begin <= room;
    if (!fits) {
        out.resize(begin);
        write_changed_messages(out, {});
    }
    if (!members.empty()) {
        out += R"(,"members":[)";
        for (const auto& member : members) {
            if (out.back() != '[') out += ',';
            edge::json::write_member(out, member);
        }
        out += ']';
    }
    out += R"(},"complete":)";
    edge::json::write_bool(out, changes.complete && fits);
}

std::string text_of(const Topic& topic) {
    std::string text;
    edge::phoenix::write_topic(text, topic);
    return text;
}

}  // namespace

void Session::join(const ClientFrame& frame, const ParsedTopic& parsed) {
    const bool known = parsed.outcome == ParsedTopic::Outcome::known;
    const bool users = parsed.topic.kind == Topic::Kind::user;
    if (parsed.outcome == ParsedTopic::Outcome::unknown) {
        return reply_to(frame, "null", Status::error, with_reason("unmatched topic"));
    }
    // Compared as text: the topic that we speak of is the canonical one.
    const bool own =
        known && parsed.topic.id == caller_.user.uuid && frame.topic == text_of(parsed.topic);
    if (users && !own) {
        service_.meters.joins_refused.add();
        return reply_to(frame, frame.join_ref, Status::error, with_reason("unauthorized"));
    }
    if (!known || frame.topic != text_of(parsed.topic)) {
        return reply_to(frame, frame.join_ref, Status::error, with_reason("join crashed"));
    }
    // The earlier instance ends before the new reply: one existing client looks at the topic alone.
    if (Channel* const earlier = find(parsed.topic)) end_channel(*earlier, Notice::phx_close);
    if (channels_.size() >= service_.config.max_topics) {
        service_.meters.joins_refused.add();
        return reply_to(frame, frame.join_ref, Status::error, with_reason("too_many_topics"));
    }
    Channel& channel = add_channel(parsed.topic, frame.join_ref);
    channel.since = read_since(frame.payload);
    begin_join(channel, frame.ref);
}

void Session::begin_join(const Channel& channel, std::string_view ref) {
    waiting_.push_back(ticket(channel, ref));
    admit_waiting();
}

void Session::admit_waiting() {
    while (!waiting_.empty() && service_.joins.take(std::chrono::steady_clock::now())) {
        // Starting a join may add to the list: what waited behind it on the same topic.
        const Ticket next = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        if (Channel* const channel = find(next)) start_join(*channel, next.ref);
    }
}

void Session::start_join(Channel& channel, std::string_view ref) {
    hub_->subscribe(channel.topic, channel);
    if (channel.topic.kind == Topic::Kind::user) {
        join_user(channel, ref);
    } else {
        join_conversation(channel, ref);
    }
}

std::optional<whispr::Eseq> Session::read_since(const edge::json::Value& payload) const {
    constexpr whispr::Eseq unknown = -1;
    const auto since = payload.find("since");
    if (!since.given()) return std::nullopt;
    const auto epoch = payload.find("epoch");
    const bool same_history =
        !epoch.given() || edge::json::to_uuid(epoch).value == service_.engine.epoch();
    return same_history ? edge::json::to_integer(since).value.value_or(unknown) : unknown;
}

// Not so much that a client that joins many topics at once is ended for not keeping up.
std::size_t Session::room_for_changes() const {
    const std::size_t most = service_.config.max_outbox_size / 4;
    return most - std::min(most, socket_->queued_bytes());
}

// The channel listens already, so what changes while this is read comes behind it: between what is
// read and what is told no change is missing.
void Session::join_conversation(Channel& channel, std::string_view ref) {
    const auto finish = [](Ticket to, Joined joined) {
        net::IoThread& thread = to.hub->thread();
        thread.post([to = std::move(to), joined = std::move(joined)] {
            auto* const session = static_cast<Session*>(to.hub->find(to.receiver));
            if (session != nullptr) session->joined_conversation(to, joined);
        });
    };
    service_.engine.conversations().show(
        caller_, channel.topic.conversation(),
        [finish, to = ticket(channel, ref), since = channel.since, caller = caller_,
         &messages =
             service_.engine.messages()](whispr::Result<whispr::Conversation> shown) mutable {
            if (!shown || !since) return finish(std::move(to), {std::move(shown), std::nullopt});
            const whispr::ConversationId id = shown->id;
            messages.changes(caller, id, *since,
                             [finish, to = std::move(to), shown = std::move(shown)](
                                 whispr::Result<whispr::MessageChanges> changes) mutable {
                                 finish(std::move(to), {std::move(shown), std::move(changes)});
                             });
        });
}

void Session::joined_conversation(const Ticket& to, const Joined& joined) {
    Channel* const channel = find(to);
    if (channel == nullptr) return;
    const auto& result = joined.conversation;
    if (!result) return refuse_join(*channel, to.ref, reason_of(result.error()));
    if (channel->lost_since > result->eseq) return refuse_join(*channel, to.ref, "not_authorized");
    if (joined.changes && !*joined.changes)
        return refuse_join(*channel, to.ref, reason_of(joined.changes->error()));
    std::string response = R"({"conversation":)";
    edge::json::write_joined_conversation(response, *result);
    // Of the conversation, which was read first: the changes are later, or the same.
    response += R"(,"eseq":)";
    edge::json::write_number(response, result->eseq);
    response += R"(,"epoch":)";
    edge::json::write_text(response, service_.engine.epoch().to_string());
    if (joined.changes)
        write_changes(response, **joined.changes, members_to_tell(*result, *channel->since),
                      room_for_changes());
    response += '}';
    finish_join(*channel, to.ref, response);
    channel->present = true;
    channel->presence = {caller_.user, next_presence_session(), now(), {}};
    auto state = service_.engine.presence().join(result->id, channel->presence);
    if (!is_shown()) {
        // Sees who is there, and is gone before anybody was told.
        std::erase(state.entries, channel->presence);
        end_presence(*channel);
    }
    std::string payload;
    edge::phoenix::write_presence_state(payload, state.entries, result->id);
    push_to(*channel, "null", "presence_state", payload);
    if (state.users > whispr::limits::receipts_members) {
        payload.clear();
        edge::phoenix::write_presence_count(payload, state.users);
        push_to(*channel, "null", "presence_count", payload);
    }
    channel->open([](auto, auto) { return false; });
    resume(std::move(channel->deferred));
}

void Session::join_user(Channel& channel, std::string_view ref) {
    std::string response = R"({"user_id":)";
    edge::json::write(response, caller_.user);
    response += '}';
    finish_join(channel, ref, response);
    service_.sockets.joined(caller_.user);
    channel.present = true;
    channel.presence = {caller_.user, next_presence_session(), now(), "online"};
    tell_own_presence({.joins = {channel.presence}, .leaves = {}, .gone = {}});
    whispr::ListConversations request;
    request.limit = whispr::limits::page_rows;
    service_.engine.conversations().list(
        caller_, request,
        [to = ticket(channel, ref)](whispr::Result<whispr::ConversationList> result) mutable {
            net::IoThread& thread = to.hub->thread();
            thread.post([to = std::move(to), result = std::move(result)]() mutable {
                auto* const session = static_cast<Session*>(to.hub->find(to.receiver));
                if (session != nullptr) session->joined_user(to, result);
            });
        });
    resume(std::move(channel.deferred));
}

// The list replaces what the client shows, so what was told meanwhile comes behind it. Messages
// that it holds already, too: the join was answered before them, and not every client reads the
// list.
void Session::joined_user(const Ticket& to, whispr::Result<whispr::ConversationList>& result) {
    Channel* const channel = find(to);
    if (channel == nullptr) return;
    if (result) {
        std::string payload = R"({"summaries":[)";
        for (const auto& conversation : result->conversations) {
            if (payload.back() != '[') payload += ',';
            edge::json::write_summary(payload, conversation, edge::json::Reader::one_member);
        }
        payload += "]}";
        push_to(*channel, "null", "conversation_summaries", payload);
    }
    channel->open([](auto, auto) { return false; });
}

void Session::finish_join(Channel& channel, std::string_view ref, std::string_view response) {
    service_.meters.joins.add();
    channel.admitted = true;
    reply_on(channel, ref, Status::ok, response);
}

void Session::refuse_join(Channel& channel, std::string_view ref, std::string_view reason) {
    service_.meters.joins_refused.add();
    reply_on(channel, ref, Status::error, with_reason(reason));
    auto deferred = std::move(channel.deferred);
    end_channel(channel, Notice::none);
    resume(std::move(deferred));
}

void Session::leave(const ClientFrame& frame, const ParsedTopic& parsed) {
    Channel* const channel =
        parsed.outcome == ParsedTopic::Outcome::known ? find(parsed.topic) : nullptr;
    if (channel == nullptr) return reply_to(frame, frame.join_ref, Status::ok, "{}");
    const bool another = frame.join_ref != "null" && frame.join_ref != channel->join_ref;
    if (another) return;
    reply_on(*channel, frame.ref, Status::ok, "{}");
    end_channel(*channel, Notice::phx_close);
}

void Session::membership_lost(whispr::ConversationId conversation, whispr::Eseq since) {
    Channel* const channel = find({Topic::Kind::conversation, conversation.uuid});
    if (channel == nullptr) return;
    if (!channel->is_open()) {
        // The read that decides about the join may be from before.
        channel->lost_since = since;
        return;
    }
    end_channel(*channel, Notice::phx_close);
}

Channel& Session::add_channel(const Topic& topic, std::string_view join_ref) {
    auto made = std::make_unique<Channel>(ChannelOwner{*socket_, dialect_, caller_.user}, topic,
                                          join_ref, ++serials_);
    Channel& channel = *made;
    const auto place =
        std::lower_bound(channels_.begin(), channels_.end(), topic,
                         [](const auto& one, const Topic& other) { return one->topic < other; });
    channels_.insert(place, std::move(made));
    return channel;
}

void Session::end_channel(Channel& channel, Notice notice) {
    if (notice == Notice::phx_close) push_to(channel, channel.join_ref, "phx_close", "{}");
    end_presence(channel);
    hub_->unsubscribe(channel.topic, channel);
    const auto place = std::find_if(channels_.begin(), channels_.end(),
                                    [&](const auto& one) { return one.get() == &channel; });
    channels_.erase(place);
}

void Session::end_presence(Channel& channel) {
    if (!channel.present) return;
    channel.present = false;
    if (channel.topic.kind == Topic::Kind::conversation) {
        service_.engine.presence().leave(channel.topic.conversation(), caller_.user,
                                         channel.presence.session);
        return;
    }
    whispr::PresenceChanged change;
    change.leaves.push_back(channel.presence);
    if (service_.sockets.left(caller_.user) == 0) change.gone.push_back(caller_.user);
    tell_own_presence(change);
}

void Session::tell_own_presence(const whispr::PresenceChanged& change) {
    // The clients that mistake one leaving session for the user do not listen to this topic.
    std::string payload;
    edge::phoenix::write_presence_diff(payload, change, std::nullopt,
                                       edge::phoenix::PresenceLeaves::every_session);
    service_.sink.tell({Topic::Kind::user, caller_.user.uuid}, "presence_diff", payload);
}

}  // namespace whisprd::socket
