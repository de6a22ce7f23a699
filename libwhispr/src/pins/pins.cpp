#include "whispr/pins.hpp"

#include <algorithm>
#include <string>

#include "conversations/conversation_rules.hpp"
#include "messages/message_command.hpp"
#include "messages/message_view.hpp"
#include "pins/pin_rules.hpp"

namespace whispr {

namespace {

Pin to_pin(const PinRow& row, MessageId message, ConversationId conversation) {
    return Pin{row.id, message, conversation, row.pinned_by, row.pinned_at};
}

template <class T>
class PinCommand : public MessageCommand<T> {
 public:
    using MessageCommand<T>::MessageCommand;

    void load(const WorkingSet& set, LoadKeys& keys) const final {
        MessageCommand<T>::load(set, keys);
        keys.pins.of.push_back(this->key().no);
    }
};

class Add final : public PinCommand<Pin> {
 public:
    Add(UserId caller, const LocatedMessage& located, PinId id, const Limits& limits,
        Completion<Pin> done)
        : PinCommand(caller, located, std::move(done)), id_(id), limits_(limits) {}

 protected:
    Result<Pin> change(WorkingSet& set, ConversationEntry& found, MessageEntry& entry) override {
        const MessageRow& message = entry.row;
        // Nothing is left of it to be shown.
        if (message.deleted) return message_not_found(message.id);
        if (message.type == MessageType::system) {
            return invalid_field("message_id", "is a system message");
        }
        if (is_pinned(set, key())) {
            return Error{Errc::already_exists,
                         "the message is pinned already",
                         {{"message_id", "has already been taken"}}};
        }
        if (count_pins(set, key().no) >= limits_.pins_per_conversation) {
            return Error{Errc::limit_reached,
                         "a conversation has at most " +
                             std::to_string(limits_.pins_per_conversation) + " pinned messages",
                         {}};
        }
        const PinRow row{message.mseq, id_, caller(), set.now};
        set.pins.rows.of.emplace_back(key().no, row);
        set.pins.changes.created.push_back({conversation(), row, true});
        const Pin pin = to_pin(row, message.id, conversation());
        change_message(set, found, entry, caller(), MessagePinned{pin});
        return pin;
    }

 private:
    const PinId id_;
    const Limits& limits_;
};

class Remove final : public PinCommand<Done> {
 public:
    using PinCommand::PinCommand;

 protected:
    Result<Done> change(WorkingSet& set, ConversationEntry& found, MessageEntry& entry) override {
        if (unpin(set, found, entry, caller())) return Done{};
        return Error{Errc::not_found, "message " + entry.row.id.to_string() + " is not pinned", {}};
    }
};

Result<std::vector<PinnedMessage>> read_pins(ReadStorage& storage, UserId caller,
                                             ConversationId conversation, Time now) {
    const auto access = enter(storage, conversation, caller);
    if (!access) return access.error();
    const std::int64_t no = access->conversation.no;
    const auto pins = storage.concepts().pins.pins(no);
    if (!pins) return pins.error();
    std::vector<PinnedMessage> pinned;
    if (pins->empty()) return pinned;
    std::vector<Mseq> mseqs;
    for (const PinRow& pin : *pins)
        mseqs.push_back(pin.mseq);
    auto rows = storage.messages(no, mseqs, caller);
    if (!rows) return rows.error();
    const std::vector<Message> messages = to_messages(*std::move(rows));
    for (const PinRow& pin : *pins) {
        const auto message = std::find_if(messages.begin(), messages.end(),
                                          [&](const Message& m) { return m.mseq == pin.mseq; });
        if (message == messages.end() || message->deleted) continue;
        if (message->expires_at && *message->expires_at <= now) continue;
        pinned.push_back({to_pin(pin, message->id, conversation), *message});
    }
    return pinned;
}

}  // namespace

void Pins::add(const Caller& caller, MessageId message, Completion<Pin> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, message](
                                         ReadStorage& storage, Completion<Pin> answer) {
        const auto located = locate_message(storage, user, message, std::nullopt, core.now());
        if (!located) return answer(located.error());
        core.submit_taken(std::make_unique<Add>(user, *located, PinId{core.new_id()}, core.limits(),
                                                std::move(answer)));
    });
}

void Pins::remove(const Caller& caller, MessageId message, Completion<Done> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, message](
                                         ReadStorage& storage, Completion<Done> answer) {
        const auto located = locate_message(storage, user, message, std::nullopt, core.now());
        if (!located) return answer(located.error());
        core.submit_taken(std::make_unique<Remove>(user, *located, std::move(answer)));
    });
}

void Pins::list(const Caller& caller, ConversationId conversation,
                Completion<std::vector<PinnedMessage>> done) {
    core_.read(std::move(done),
               [&core = core_, user = caller.user, conversation](ReadStorage& storage) {
                   return read_pins(storage, user, conversation, core.now());
               });
}

}  // namespace whispr
