// MessageService.
#include <algorithm>
#include <array>

#include "grpc/methods.hpp"
#include "grpc/page_fit.hpp"
#include "meters.hpp"
#include "proto/codec/messages.hpp"
#include "whispr/limits.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;
using Changed = std::shared_ptr<const whispr::Message>;

void send_message(CallPtr call, const v1::SendMessageRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    if (!may_send(call)) return;
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = call->caller();
    messages.send(caller, *std::move(command),
                  answering<whispr::Sent>(std::move(call), [](Call& asked, auto& sent) {
                      v1::SendMessageResponse response;
                      whispr::codec::encode(*sent.message, *response.mutable_message());
                      response.set_repeat(sent.repeat);
                      if (!sent.repeat) asked.service().meters.messages.add();
                      asked.answer(response);
                  }));
}

template <class Response>
void answer_changed(Call& call, const Changed& message) {
    Response response;
    whispr::codec::encode(*message, *response.mutable_message());
    call.answer(response);
}

void edit_message(CallPtr call, const v1::EditMessageRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = call->caller();
    messages.edit(caller, *std::move(command),
                  answering<Changed>(std::move(call), answer_changed<v1::EditMessageResponse>,
                                     Strangers::find_nothing));
}

void delete_message(CallPtr call, const v1::DeleteMessageRequest& request) {
    const auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = call->caller();
    messages.remove(caller, *command,
                    answering<Changed>(std::move(call), answer_changed<v1::DeleteMessageResponse>,
                                       Strangers::find_nothing));
}

void show_message(CallPtr call, const v1::ShowMessageRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = call->caller();
    messages.show(caller, *id,
                  answering<whispr::Message>(
                      std::move(call),
                      [](Call& asked, auto& message) {
                          v1::ShowMessageResponse response;
                          whispr::codec::encode(message, *response.mutable_message());
                          asked.answer(response);
                      },
                      Strangers::find_nothing));
}

// Leaves out what is farthest from where the page begins until the rest can be received.
void fit(v1::ListMessagesResponse& page, const whispr::PageRequest& asked) {
    auto& messages = *page.mutable_messages();
    const bool oldest_first = (asked.after || asked.after_mseq) && !asked.around;
    if (!oldest_first) {
        if (fit_page(page, messages)) page.set_has_more(true);
        return;
    }
    while (messages.size() > 1 && page.ByteSizeLong() > answer_bytes) {
        messages.DeleteSubrange(0, 1);
        page.set_has_more(true);
    }
}

void list_messages(CallPtr call, const v1::ListMessagesRequest& request) {
    const auto page = whispr::codec::decode(request);
    if (!page) return call->refuse(page.error());
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = call->caller();
    messages.page(
        caller, *page,
        answering<whispr::MessagePage>(std::move(call), [page = *page](Call& asked, auto& found) {
            v1::ListMessagesResponse response;
            whispr::codec::encode(found, response);
            fit(response, page);
            asked.answer(response);
        }));
}

void answer_forwarded(Call& call, const whispr::Forwarded& forwarded) {
    v1::ForwardMessageResponse response;
    for (const auto& target : forwarded.targets) {
        auto& told = *response.add_targets();
        told.set_conversation_id(target.conversation.to_string());
        if (target.sent) {
            whispr::codec::encode(*target.sent->message, *told.mutable_message());
            if (!target.sent->repeat) call.service().meters.messages.add();
        } else {
            *told.mutable_error() = whispr::codec::encode(failure_of(target.sent.error()));
        }
    }
    call.answer(response);
}

void forward_message(CallPtr call, const v1::ForwardMessageRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    if (!may_send(call, std::min(command->conversations.size(), whispr::limits::forward_targets)))
        return;
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = call->caller();
    messages.forward(
        caller, *std::move(command),
        answering<whispr::Forwarded>(std::move(call), answer_forwarded, Strangers::find_nothing));
}

void pin_message(CallPtr call, const v1::PinMessageRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& pins = call->service().engine.pins();
    const whispr::Caller caller = call->caller();
    pins.add(caller, *id,
             answering<whispr::Pin>(
                 std::move(call),
                 [](Call& asked, auto& pin) {
                     v1::PinMessageResponse response;
                     whispr::codec::encode(pin, *response.mutable_pin());
                     asked.answer(response);
                 },
                 Strangers::find_nothing));
}

void unpin_message(CallPtr call, const v1::UnpinMessageRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& pins = call->service().engine.pins();
    const whispr::Caller caller = call->caller();
    pins.remove(
        caller, *id,
        answering<whispr::Done>(
            std::move(call), [](Call& asked, auto&) { asked.answer(v1::UnpinMessageResponse()); },
            Strangers::find_nothing));
}

void list_pins(CallPtr call, const v1::ListPinsRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    auto& pins = call->service().engine.pins();
    const whispr::Caller caller = call->caller();
    pins.list(caller, *id,
              answering<std::vector<whispr::PinnedMessage>>(
                  std::move(call), [](Call& asked, auto& found) {
                      v1::ListPinsResponse response;
                      for (const auto& pinned : found) {
                          auto& told = *response.add_pins();
                          whispr::codec::encode(pinned.pin, *told.mutable_pin());
                          whispr::codec::encode(pinned.message, *told.mutable_message());
                      }
                      asked.answer(response);
                  }));
}

constexpr std::array methods{
    method<v1::SendMessageRequest, send_message>("SendMessage"),
    method<v1::EditMessageRequest, edit_message>("EditMessage"),
    method<v1::DeleteMessageRequest, delete_message>("DeleteMessage"),
    method<v1::ShowMessageRequest, show_message>("ShowMessage"),
    method<v1::ListMessagesRequest, list_messages>("ListMessages"),
    method<v1::ForwardMessageRequest, forward_message>("ForwardMessage"),
    method<v1::PinMessageRequest, pin_message>("PinMessage"),
    method<v1::UnpinMessageRequest, unpin_message>("UnpinMessage"),
    method<v1::ListPinsRequest, list_pins>("ListPins"),
};

}  // namespace

ServiceTable message_service() {
    return {"whispr.v1.MessageService", methods};
}

}  // namespace whisprd::rpc
