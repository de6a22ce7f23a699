// Forwarding: an independent send for each target, so that one that fails leaves the others alone.
#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <set>

#include "engine/core.hpp"
#include "messages/locate_message.hpp"
#include "messages/message_rules.hpp"
#include "messages/send_message.hpp"
#include "metadata/metadata.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

// Where the targets' answers come together. Each writes its own place, on any thread; the last one
// answers the caller.
struct Gathering {
    Forwarded forwarded;
    std::atomic<std::size_t> missing{0};
    Completion<Forwarded> done;
};

Completion<Sent> place_of(const std::shared_ptr<Gathering>& gathering, std::size_t index) {
    return Completion<Sent>([gathering, index](Result<Sent> sent) {
        gathering->forwarded.targets[index].sent = std::move(sent);
        if (--gathering->missing == 0) gathering->done(std::move(gathering->forwarded));
    });
}

std::vector<ConversationId> without_repeats(std::vector<ConversationId> named) {
    std::set<ConversationId> seen;
    std::erase_if(named, [&](ConversationId id) { return !seen.insert(id).second; });
    return named;
}

std::optional<Error> refuse_targets(const std::vector<ConversationId>& targets) {
    if (targets.empty()) return invalid_field("conversation_ids", "can't be blank");
    if (targets.size() <= limits::forward_targets) return std::nullopt;
    return invalid_field(
        "conversation_ids",
        "should have at most " + std::to_string(limits::forward_targets) + " item(s)");
}

// Of one operation and one target always the same, and of two targets never: an op_id is unique
// within a conversation alone.
OpId derived_op(OpId op, ConversationId target) {
    for (std::size_t i = 0; i < op.uuid.bytes.size(); ++i)
        op.uuid.bytes[i] ^= target.uuid.bytes[i];
    return op;
}

// What every target gets. The signature stays behind: it is the author's, and speaks of another
// message. So does what was answered, which is elsewhere. What was to expire expires in its copies,
// too.
Result<SendMessage> copy_of(const MessageRow& row) {
    if (row.deleted) return message_not_found(row.id);
    if (row.type == MessageType::system) {
        return Error{Errc::forbidden, "a system message cannot be forwarded", {}};
    }
    auto metadata = merge_metadata(
        row.metadata, R"({"forwarded":true,"forwarded_from_id":")" + row.id.to_string() + "\"}");
    if (!metadata) return invalid_field("metadata", "is too large to be forwarded");
    SendMessage copy;
    copy.type = row.type;
    copy.content = row.content;
    copy.metadata = *std::move(metadata);
    copy.expires_at = row.expires_at;
    return copy;
}

// They refer to the same bytes.
std::vector<AttachmentRow> copies_of(Core& core, const PageRows& rows) {
    std::vector<AttachmentRow> copies;
    for (const auto& [no, row] : rows.attachments) {
        AttachmentRow& copy = copies.emplace_back(row);
        copy.id = AttachmentId{core.new_id()};
        copy.op_id.reset();
    }
    return copies;
}

void send_copies(Core& core, UserId caller, const SendMessage& copy, const PageRows& original,
                 const ForwardMessage& command, Completion<Forwarded> done) {
    const auto gathering = std::make_shared<Gathering>();
    gathering->missing = command.conversations.size();
    gathering->done = std::move(done);
    const Error unanswered{Errc::internal, "not answered", {}};
    for (const ConversationId target : command.conversations)
        gathering->forwarded.targets.push_back({target, unanswered});
    if (copy.expires_at) core.due().expect(*copy.expires_at);
    for (std::size_t i = 0; i < command.conversations.size(); ++i) {
        CheckedSend send;
        send.message = copy;
        send.message.conversation = command.conversations[i];
        send.attachments = copies_of(core, original);
        send.contacts = core.contacts();
        if (command.op_id) {
            send.message.op_id = derived_op(*command.op_id, command.conversations[i]);
        }
        send.id = MessageId{core.new_id()};
        core.submit_taken(
            make_send(caller, std::move(send), core.limits(), place_of(gathering, i)));
    }
}

}  // namespace

void Messages::forward(const Caller& caller, ForwardMessage command, Completion<Forwarded> done) {
    command.conversations = without_repeats(std::move(command.conversations));
    core_.read_then(
        std::move(done), [&core = core_, user = caller.user, command = std::move(command)](
                             ReadStorage& storage, Completion<Forwarded> answer) {
            const auto located =
                locate_message(storage, user, command.message, std::nullopt, core.now());
            if (!located) return answer(located.error());
            const auto copy = copy_of(located->rows.messages.front());
            if (!copy) return answer(copy.error());
            // Told only to who may know of the message.
            if (const auto refused = refuse_targets(command.conversations)) return answer(*refused);
            send_copies(core, user, *copy, located->rows, command, std::move(answer));
        });
}

}  // namespace whispr
