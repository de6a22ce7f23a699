#include "whispr/receipts.hpp"

#include "engine/core.hpp"
#include "messages/locate_message.hpp"
#include "messages/message_rules.hpp"
#include "receipts/mark_unread.hpp"

namespace whispr {

namespace {

void add(Core& core, ReceiptRequest request, Completion<ReadMark> done) {
    if (core.closing()) return done(Error{Errc::closed, "the engine is closed", {}});
    request.done.push_back(std::move(done));
    core.receipt_windows().add(std::move(request));
}

// Finds the message that a receipt names, in the conversation that it names.
void add_located(Core& core, ReceiptRequest request, MessageId message, Completion<ReadMark> done) {
    core.read_then(std::move(done), [&core, request = std::move(request), message](
                                        ReadStorage& storage, Completion<ReadMark> answer) mutable {
        const auto located =
            locate_message(storage, request.user, message, request.conversation, core.now());
        if (!located) return answer(located.error());
        const MessageRow& row = located->rows.messages.front();
        request.upto = row.mseq;
        // The others do not know of a shadowed one.
        if (!row.shadowed) request.message = message;
        request.done.push_back(std::move(answer));
        core.receipt_windows().add(std::move(request));
    });
}

Completion<ReadMark> without_mark(Completion<Done> done) {
    return Completion<ReadMark>([done = std::move(done)](Result<ReadMark> mark) mutable {
        if (mark) {
            done(Done{});
        } else {
            done(std::move(mark).error());
        }
    });
}

}  // namespace

void Receipts::mark_read(const Caller& caller, MarkRead command, Completion<ReadMark> done) {
    ReceiptRequest request;
    request.conversation = command.conversation;
    request.user = caller.user;
    request.shown = core_.contacts() == nullptr || core_.contacts()->shows_reading(caller.user);
    if (command.message) {
        add_located(core_, std::move(request), *command.message, std::move(done));
        return;
    }
    add(core_, std::move(request), std::move(done));
}

void Receipts::mark_delivered(const Caller& caller, ConversationId conversation, Mseq upto,
                              Completion<Done> done) {
    ReceiptRequest request;
    request.kind = ReceiptKind::delivered;
    request.conversation = conversation;
    request.user = caller.user;
    request.upto = upto;
    add(core_, std::move(request), without_mark(std::move(done)));
}

void Receipts::mark_delivered(const Caller& caller, ConversationId conversation, MessageId message,
                              Completion<Done> done) {
    ReceiptRequest request;
    request.kind = ReceiptKind::delivered;
    request.conversation = conversation;
    request.user = caller.user;
    add_located(core_, std::move(request), message, without_mark(std::move(done)));
}

void Receipts::mark_unread(const Caller& caller, MarkUnread command, Completion<Done> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, command](
                                         ReadStorage& storage, Completion<Done> answer) mutable {
        const auto located =
            locate_message(storage, user, command.message, command.conversation, core.now());
        if (!located) return answer(located.error());
        const MessageRow& message = located->rows.messages.front();
        if (message.deleted) return answer(message_not_found(command.message));
        // A read that was asked before must not end the mark.
        const ConversationId conversation = located->access.conversation.id;
        core.receipt_windows().flush_read(conversation, user);
        core.submit_taken(make_mark_unread(
            user, conversation, {message.mseq, message.id, message.sender}, std::move(answer)));
    });
}

}  // namespace whispr
