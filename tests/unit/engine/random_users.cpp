#include "engine/random_users.hpp"

#include <iterator>

namespace whispr::test {

RandomUsers::RandomUsers(std::uint32_t seed) : random_(seed) {
    on.sink->on_deliver = [this](const Events& events) { told.apply(events); };
    fail_sometimes();
}

// Refused as a batch (and run again one by one), gone away, or silent about the outcome? The last
// one is left out: what it did is told to nobody.
void RandomUsers::fail_sometimes() {
    on.script->before_write = [this](const ChangeSet&) -> Result<void> {
        const auto dice = below(40);
        if (dice == 0) return Error{Errc::already_exists, "by chance", {}};
        if (dice == 1) return Error{Errc::internal, "by chance", {}};
        if (dice == 2) return Error{Errc::unavailable, "by chance", {}};
        return {};
    };
}

void RandomUsers::run(int batches) {
    for (int i = 0; i < batches; ++i) {
        on.executor->hold();
        const auto commands = 1 + below(12);
        for (std::size_t n = 0; n < commands; ++n)
            command();
        on.executor->release();
        if (below(10) == 0) on.clock->advance(-std::chrono::milliseconds(below(5'000)));
        on.executor->advance(std::chrono::milliseconds(below(2'000)));
    }
    // What is held back to be joined comes out.
    on.executor->advance(std::chrono::seconds(1));
    on.script->before_write = nullptr;
}

ConversationId RandomUsers::somewhere() {
    if (told.conversations.empty() || below(50) == 0) return ConversationId{numbered(404)};
    return std::next(told.conversations.begin(),
                     static_cast<std::ptrdiff_t>(below(told.conversations.size())))
        ->first;
}

MessageId RandomUsers::something() {
    if (told.places.empty() || below(50) == 0) return MessageId{numbered(404)};
    return std::next(told.places.begin(), static_cast<std::ptrdiff_t>(below(told.places.size())))
        ->first;
}

void RandomUsers::command() {
    const auto dice = below(10);
    if (dice < 4) {
        send();
    } else if (dice < 8) {
        message_command();
    } else {
        conversation_command();
    }
}

void RandomUsers::send() {
    SendMessage command;
    command.conversation = somewhere();
    command.content = "message " + std::to_string(++written_);
    if (below(3) == 0) command.op_id = OpId{numbered(below(30))};
    if (below(4) == 0) command.client_random = static_cast<std::int64_t>(below(1'000));
    if (below(8) == 0) command.ttl = std::chrono::seconds(1 + below(20));
    if (below(6) == 0) command.reply_to = something();
    if (below(20) == 0) command.content.clear();
    const auto content = command.content;
    sends.emplace_back(on.send(somebody(), std::move(command)), content);
}

void RandomUsers::message_command() {
    DeleteMessage removal;
    removal.message = something();
    removal.for_everyone = below(2) == 0;
    const std::string reaction(1, static_cast<char>('a' + below(3)));
    switch (below(8)) {
        case 0:
            return keep(on.edit(somebody(), something(), "edit " + std::to_string(++written_)));
        case 1:
            return keep(on.remove(somebody(), removal));
        case 2:
        case 3:
            return keep(on.react(somebody(), something(), reaction));
        case 4:
            return keep(on.unreact(somebody(), something(), reaction));
        case 5:
            return keep(on.read(somebody(), {somewhere(), something()}));
        case 6:
            return keep(on.read(somebody(), {somewhere(), {}}));
        default:
            return keep(on.delivered(somebody(), somewhere(), static_cast<Mseq>(below(20))));
    }
}

void RandomUsers::conversation_command() {
    CreateGroup group;
    group.name = "group";
    group.members = {somebody(), somebody()};
    UpdateSettings settings;
    settings.conversation = somewhere();
    settings.muted = below(2) == 0;
    switch (below(9)) {
        case 0:
            return keep(on.create_direct(somebody(), {somebody(), "{}"}));
        case 1:
            return keep(on.create_group(somebody(), std::move(group)));
        case 2:
        case 3:
        case 4:
            return keep(on.add_member(somebody(), somewhere(), somebody()));
        case 5:
            return keep(on.remove_member(somebody(), somewhere(), somebody()));
        case 6:
            return keep(on.update(somebody(), {somewhere(), "n" + std::to_string(below(3)), ""}));
        case 7:
            return keep(on.remove(somebody(), somewhere(), below(20) == 0));
        default:
            return keep(on.update_settings(somebody(), settings));
    }
}

}  // namespace whispr::test
