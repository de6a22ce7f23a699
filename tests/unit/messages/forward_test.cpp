#include <catch2/catch.hpp>
#include <set>

#include "support/engine_fixture.hpp"
#include "whispr/limits.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

struct Forwarding : InlineEngine {
    Answer<Forwarded> forward(UserId caller, MessageId message, std::vector<ConversationId> targets,
                              std::optional<OpId> op_id = std::nullopt) {
        Answer<Forwarded> answer;
        engine->messages().forward(Caller{caller, {}}, {message, std::move(targets), op_id},
                                   answer.completion());
        return answer;
    }

    ConversationId source = direct(alice, bob);
    ConversationId team = group(alice, {carol});
    ConversationId other = direct(alice, dave);
};

}  // namespace

TEST_CASE("a forwarded message is copied into each target and marked there", "[messages]") {
    Forwarding on;
    SendMessage command;
    command.conversation = on.source;
    command.type = MessageType::media;
    command.content = std::string("\xff{\"iv\":\"opaque\"}", 16);
    command.metadata = R"({"media_id":"m1","forwarded":false})";
    command.client_random = 7;
    command.signature = "c2ln";
    command.sender_public_key = "a2V5";
    const Message original = *on.send(bob, std::move(command)).value().message;
    on.sink->clear();
    const auto forwarded = on.forward(alice, original.id, {on.team, on.other}).value().targets;
    REQUIRE(forwarded.size() == 2);
    CHECK(forwarded[0].conversation == on.team);
    CHECK(forwarded[1].conversation == on.other);
    for (const auto& target : forwarded) {
        REQUIRE(target.sent);
        CHECK_FALSE(target.sent->repeat);
        const Message& copy = *target.sent->message;
        CHECK(copy.conversation == target.conversation);
        CHECK(copy.id != original.id);
        CHECK(copy.sender == alice);
        CHECK(copy.type == MessageType::media);
        CHECK(copy.content == original.content);
        CHECK(copy.metadata == R"({"media_id":"m1","forwarded":true,"forwarded_from_id":")" +
                                   original.id.to_string() + "\"}");
        CHECK(copy.client_random == std::nullopt);
        CHECK(copy.signature.empty());
        CHECK(copy.sender_public_key.empty());
        CHECK(on.show(alice, copy.id).value().content == original.content);
    }
    CHECK(on.sink->of<MessageCreated>().size() == 2);
    CHECK(on.contents(bob, on.source).size() == 1);
}

TEST_CASE("each target of a forwarded message succeeds or fails by itself", "[messages]") {
    Forwarding on;
    const Message message = on.sent(bob, on.source, "news");
    const ConversationId foreign = on.direct(carol, dave);
    const ConversationId nowhere{numbered(404)};
    const auto targets =
        on.forward(alice, message.id, {foreign, on.team, nowhere, on.other}).value().targets;
    REQUIRE(targets.size() == 4);
    CHECK(targets[0].sent.error().code == Errc::not_a_member);
    CHECK(targets[1].sent);
    CHECK(targets[2].sent.error().code == Errc::conversation_not_found);
    CHECK(targets[3].sent);
    CHECK(on.contents(carol, foreign).empty());
    CHECK(on.contents(carol, on.team) == std::vector<std::string>{"news"});
}

TEST_CASE("a target that is named twice gets one copy", "[messages]") {
    Forwarding on;
    const Message message = on.sent(bob, on.source, "once");
    const auto targets =
        on.forward(alice, message.id, {on.other, on.team, on.other}).value().targets;
    REQUIRE(targets.size() == 2);
    CHECK(targets[0].conversation == on.other);
    CHECK(on.contents(dave, on.other) == std::vector<std::string>{"once"});
}

TEST_CASE("forwarding again with the same operation gives the stored copies", "[messages]") {
    Forwarding on;
    const Message message = on.sent(bob, on.source, "again");
    const OpId op{numbered(77)};
    const auto first = on.forward(alice, message.id, {on.team}, op).value().targets;
    on.clock->advance(std::chrono::hours(24 * 400));
    const auto second = on.forward(alice, message.id, {on.team, on.other}, op).value().targets;
    CHECK(second[0].sent->repeat);
    CHECK(second[0].sent->message->id == first[0].sent->message->id);
    CHECK_FALSE(second[1].sent->repeat);
    CHECK(on.contents(carol, on.team) == std::vector<std::string>{"again"});
    // The key of an operation is not the id that a plain send of the same key has.
    SendMessage plain;
    plain.conversation = on.team;
    plain.content = "plain";
    plain.op_id = op;
    CHECK_FALSE(on.send(alice, std::move(plain)).value().repeat);
    const auto without = on.forward(alice, message.id, {on.team}).value().targets;
    CHECK_FALSE(without[0].sent->repeat);
}

TEST_CASE("what one may not see, what is deleted and what the system said is not forwarded",
          "[messages]") {
    Forwarding on;
    const Message message = on.sent(bob, on.source, "secret");
    CHECK(on.forward(carol, message.id, {on.team}).error().code == Errc::message_not_found);
    CHECK(on.forward(alice, MessageId{numbered(404)}, {on.team}).error().code ==
          Errc::message_not_found);
    DeleteMessage removal;
    removal.message = message.id;
    REQUIRE(on.remove(alice, removal).result());
    CHECK(on.forward(alice, message.id, {on.team}).error().code == Errc::message_not_found);
    CHECK(on.forward(bob, message.id, {on.source}).value().targets[0].sent);
    removal.for_everyone = true;
    REQUIRE(on.remove(bob, removal).result());
    CHECK(on.forward(bob, message.id, {on.source}).error().code == Errc::message_not_found);

    REQUIRE(on.add_member(alice, on.team, erin).result());
    PageRequest newest;
    newest.conversation = on.team;
    const Message said = on.page(alice, newest).value().messages.front();
    REQUIRE(said.type == MessageType::system);
    CHECK(on.forward(alice, said.id, {on.other}).error().code == Errc::forbidden);
}

TEST_CASE("a message is forwarded to between one and twenty conversations", "[messages]") {
    Forwarding on;
    const Message message = on.sent(bob, on.source, "wide");
    std::vector<ConversationId> targets;
    for (std::uint64_t i = 0; i < limits::forward_targets; ++i)
        targets.push_back(on.direct(alice, member_number(i + 1)));
    CHECK(on.forward(alice, message.id, targets).value().targets.size() == targets.size());
    // What is named twice counts once.
    targets.push_back(targets.front());
    CHECK(on.forward(alice, message.id, targets).value().targets.size() == limits::forward_targets);
    targets.push_back(on.team);
    for (const auto& named : {targets, std::vector<ConversationId>{}}) {
        const auto refused = on.forward(alice, message.id, named).error();
        CHECK(refused.code == Errc::invalid);
        CHECK(refused.fields.at(0).field == "conversation_ids");
    }
    // Who may not know of the message learns nothing else.
    CHECK(on.forward(carol, message.id, {}).error().code == Errc::message_not_found);
}

TEST_CASE("what was to expire expires in its copies, too", "[messages]") {
    Forwarding on;
    SendMessage command;
    command.conversation = on.source;
    command.content = "soon gone";
    command.ttl = std::chrono::seconds(60);
    const Message message = *on.send(bob, std::move(command)).value().message;
    on.clock->advance(std::chrono::seconds(30));
    const auto targets = on.forward(alice, message.id, {on.team}).value().targets;
    CHECK(targets[0].sent->message->expires_at == message.expires_at);
    on.clock->advance(std::chrono::seconds(31));
    CHECK(on.contents(carol, on.team).empty());
    CHECK(on.forward(alice, message.id, {on.team}).error().code == Errc::message_not_found);
}

TEST_CASE("metadata without room for the mark is not forwarded", "[messages]") {
    Forwarding on;
    SendMessage command;
    command.conversation = on.source;
    command.content = "full";
    command.metadata = R"({"a":")" + std::string(limits::metadata_bytes - 10, 'x') + "\"}";
    const Message message = *on.send(bob, std::move(command)).value().message;
    const auto refused = on.forward(alice, message.id, {on.team}).error();
    CHECK(refused.code == Errc::invalid);
    CHECK(refused.fields.at(0).field == "metadata");
}

TEST_CASE("a closed engine refuses to forward", "[messages]") {
    Forwarding on;
    const Message message = on.sent(bob, on.source, "late");
    on.engine->close();
    CHECK(on.forward(alice, message.id, {on.team}).error().code == Errc::closed);
}
