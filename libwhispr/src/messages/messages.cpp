#include "whispr/messages.hpp"

#include "engine/core.hpp"
#include "messages/delete_message.hpp"
#include "messages/edit_message.hpp"
#include "messages/locate_message.hpp"
#include "messages/message_rules.hpp"
#include "messages/send_message.hpp"

namespace whispr {

namespace {

// Who sleeps until what is due next is told when this one's time will be over.
Completion<Sent> expecting(Core& core, Completion<Sent> done) {
    return Completion<Sent>([&core, done = std::move(done)](Result<Sent> sent) mutable {
        if (sent && sent->message->expires_at) core.due().expect(*sent->message->expires_at);
        done(std::move(sent));
    });
}

}  // namespace

void Messages::send(const Caller& caller, SendMessage command, Completion<Sent> done) {
    CheckedSend send;
    send.wrong = check_fields(command, core_.limits());
    send.device = caller.device;
    send.contacts = core_.contacts();
    send.signature = check_signature(command, core_.signatures());
    if (send.signature == SignatureCheck::invalid) {
        send.wrong.push_back({"signature", "is invalid"});
    }
    send.id = MessageId{core_.new_id()};
    if (command.expires_at || command.ttl) done = expecting(core_, std::move(done));
    send.message = std::move(command);
    // What is wrong stays wrong; its bytes need not wait in the queue.
    if (!send.wrong.empty()) send.message.content.clear();
    if (!send.message.reply_to) {
        core_.submit(make_send(caller.user, std::move(send), core_.limits(), std::move(done)));
        return;
    }
    core_.read_then(std::move(done), [&core = core_, user = caller.user, send = std::move(send)](
                                         ReadStorage& storage, Completion<Sent> answer) mutable {
        const auto place = find_message(storage, *send.message.reply_to);
        if (!place) return answer(place.error());
        if (*place) send.reply = ReplyPlace{(*place)->first, (*place)->second};
        core.submit_taken(make_send(user, std::move(send), core.limits(), std::move(answer)));
    });
}

void Messages::edit(const Caller& caller, EditMessage command,
                    Completion<std::shared_ptr<const Message>> done) {
    auto wrong = check_fields(command, core_.limits());
    core_.read_then(
        std::move(done),
        [&core = core_, user = caller.user, edit = std::move(command), wrong = std::move(wrong)](
            ReadStorage& storage, Completion<std::shared_ptr<const Message>> answer) mutable {
            const auto located =
                locate_message(storage, user, edit.message, edit.conversation, core.now());
            if (!located) return answer(located.error());
            core.submit_taken(make_edit(user, std::move(edit), std::move(wrong), *located,
                                        core.limits(), std::move(answer)));
        });
}

void Messages::remove(const Caller& caller, DeleteMessage command,
                      Completion<std::shared_ptr<const Message>> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, command](
                                         ReadStorage& storage,
                                         Completion<std::shared_ptr<const Message>> answer) {
        // Hiding may be repeated, and one's own hidden message may still be deleted for everyone.
        const auto located = locate_message(storage, user, command.message, command.conversation,
                                            core.now(), Hidden::is_there);
        if (!located) return answer(located.error());
        core.submit_taken(make_delete(user, command, *located, core.limits(), std::move(answer)));
    });
}

}  // namespace whispr
