// What a member under a shadow restriction says exists for him alone.
#include <catch2/catch.hpp>

#include "moderation/moderation_words.hpp"

using namespace whispr;
using namespace whispr::test;
using namespace std::chrono_literals;

namespace {

// A group in which bob is shadowed.
struct Shadowed : InlineEngine {
    ConversationId id = group(alice, {bob, carol});
    Message before = sent(alice, id, "before");
    Sanction restriction = sanction(*this, id, bob, SanctionType::shadow_restrict).value();

    // What everybody but bob is told.
    std::vector<Event> told_to_others() const {
        std::vector<Event> found;
        for (const Event& event : sink->all()) {
            if (!event.user || *event.user != bob) found.push_back(event);
        }
        return found;
    }
    // That the others were told of one number, and of nothing else.
    void others_heard_of(Eseq eseq) const {
        const auto told = told_to_others();
        REQUIRE(told.size() == 1);
        CHECK(std::holds_alternative<Advanced>(told[0].what));
        CHECK(told[0].eseq == eseq);
    }
};

}  // namespace

TEST_CASE("nobody is told of a shadow restriction, but the number is", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sink->clear();
    const auto issued = sanction(on, id, bob, SanctionType::shadow_restrict).value();
    REQUIRE(lift(on, issued.id).result());
    const auto told = on.sink->all();
    REQUIRE(told.size() == 3);
    CHECK(std::holds_alternative<Advanced>(told[0].what));
    CHECK(told[0].actor == system_user);
    CHECK(std::holds_alternative<SanctionApplied>(told[1].what));
    CHECK(std::holds_alternative<Advanced>(told[2].what));
    CHECK(told[2].eseq == told[0].eseq + 1);
}

TEST_CASE("a shadowed message is told to its sender alone", "[moderation]") {
    Shadowed on;
    on.sink->clear();
    const auto message = on.sent(bob, on.id, "hidden");
    const auto to_bob = on.sink->of<MessageCreated>();
    REQUIRE(to_bob.size() == 1);
    CHECK(to_bob[0].user == bob);
    CHECK(std::get<MessageCreated>(to_bob[0].what).message->id == message.id);
    on.others_heard_of(message.eseq);
}

TEST_CASE("a shadowed message is in its sender's history and in no other", "[moderation]") {
    Shadowed on;
    const auto message = on.sent(bob, on.id, "hidden");
    using Texts = std::vector<std::string>;
    CHECK(on.contents(bob, on.id) == Texts{"hidden", "before"});
    CHECK(on.contents(carol, on.id) == Texts{"before"});
    CHECK(on.show(bob, message.id).result());
    CHECK(on.show(carol, message.id).error().code == Errc::message_not_found);
    const auto last = [&](UserId user) {
        return on.list(user).value().conversations.at(0).last_message->content;
    };
    CHECK(last(bob) == "hidden");
    CHECK(last(carol) == "before");
    CHECK(on.unread(carol, on.id) == 1);
    CHECK(on.show(bob, message.id).value().status == DeliveryStatus::sent);
}

TEST_CASE("a shadowed message moves nothing in the lists of the others", "[moderation]") {
    Shadowed on;
    on.clock->advance(1min);
    const auto other = on.group(alice, {carol});
    on.clock->advance(1min);
    (void)on.sent(bob, on.id, "hidden");
    CHECK(on.list(carol).value().conversations.at(0).id == other);
    // A conversation that carol has put away does not come back for it.
    REQUIRE(on.remove(carol, on.id).result());
    (void)on.sent(bob, on.id, "hidden, too");
    CHECK(on.list(carol).value().conversations.size() == 1);
    (void)on.sent(alice, on.id, "seen");
    CHECK(on.list(carol).value().conversations.size() == 2);
}

TEST_CASE("nobody but the sender answers, reacts to or reads a shadowed message by name",
          "[moderation]") {
    Shadowed on;
    const auto message = on.sent(bob, on.id, "hidden");
    SendMessage answer;
    answer.conversation = on.id;
    answer.content = "what?";
    answer.reply_to = message.id;
    CHECK(on.send(carol, answer).error().fields ==
          std::vector<FieldError>{{"reply_to_id", "referenced message does not exist"}});
    CHECK(on.react(carol, message.id, "x").error().code == Errc::message_not_found);
    CHECK(on.reactions(carol, message.id).error().code == Errc::message_not_found);
    CHECK(on.read(carol, {on.id, message.id}).error().code == Errc::message_not_found);
    CHECK(on.delivered(carol, on.id, message.id).error().code == Errc::message_not_found);
    CHECK(on.edit(carol, message.id, "x").error().code == Errc::message_not_found);
    CHECK(on.remove(carol, DeleteMessage{message.id, {}, false}).error().code ==
          Errc::message_not_found);
    CHECK(report(on, carol, bob, message.id).error().fields ==
          std::vector<FieldError>{{"message_id", "does not exist"}});
}

TEST_CASE("what the sender does with a shadowed message is told to him alone", "[moderation]") {
    Shadowed on;
    const auto message = on.sent(bob, on.id, "hidden");
    on.sink->clear();
    REQUIRE(on.react(bob, message.id, "x").result());
    CHECK(on.sink->of<ReactionAdded>().at(0).user == bob);
    on.others_heard_of(message.eseq + 1);
    on.sink->clear();
    REQUIRE(on.unreact(bob, message.id, "x").result());
    CHECK(on.sink->of<ReactionRemoved>().at(0).user == bob);
    on.others_heard_of(message.eseq + 2);
    on.sink->clear();
    REQUIRE(on.edit(bob, message.id, "hidden still").result());
    CHECK(on.sink->of<MessageEdited>().at(0).user == bob);
    on.others_heard_of(message.eseq + 3);
    on.sink->clear();
    REQUIRE(on.remove(bob, DeleteMessage{message.id, {}, true}).result());
    CHECK(on.sink->of<MessageDeleted>().at(0).user == bob);
    on.others_heard_of(message.eseq + 4);
    CHECK(on.contents(bob, on.id) == std::vector<std::string>{"before"});
}

TEST_CASE("a read by the sender does not name a shadowed message to the others", "[moderation]") {
    Shadowed on;
    const auto message = on.sent(bob, on.id, "hidden");
    on.sink->clear();
    REQUIRE(on.read(bob, {on.id, message.id}).result());
    CHECK_FALSE(on.sink->last<ReadMoved>().message);
}

TEST_CASE("a read by others tells the sender of nothing shadowed", "[moderation]") {
    Shadowed on;
    const auto message = on.sent(bob, on.id, "hidden");
    on.sink->clear();
    REQUIRE(on.read(carol, {on.id, std::nullopt}).result());
    for (const auto& one : on.sink->last<ReadMoved>().messages)
        CHECK(one.message != message.id);
    CHECK(on.show(bob, message.id).value().status == DeliveryStatus::sent);
}

TEST_CASE("what was said under a restriction stays hidden after it, also behind an answer",
          "[moderation]") {
    Shadowed on;
    const auto message = on.sent(bob, on.id, "hidden");
    REQUIRE(lift(on, on.restriction.id).result());
    on.sink->clear();
    SendMessage answer;
    answer.conversation = on.id;
    answer.content = "seen";
    answer.reply_to = message.id;
    const auto seen = on.send(bob, answer).value().message->id;
    const auto told = on.sink->of<MessageCreated>();
    REQUIRE(told.size() == 1);
    CHECK_FALSE(told[0].user);
    CHECK_FALSE(std::get<MessageCreated>(told[0].what).message->reply);
    CHECK_FALSE(on.show(carol, seen).value().reply);
    CHECK_FALSE(on.show(carol, seen).value().reply_to);
    CHECK(on.show(bob, seen).value().reply->content == "hidden");
    on.sink->clear();
    REQUIRE(on.edit(bob, seen, "seen, edited").result());
    CHECK_FALSE(on.sink->last<MessageEdited>().message->reply);
    CHECK(on.contents(carol, on.id) == std::vector<std::string>{"seen, edited", "before"});
}

TEST_CASE("a shadow restriction ends by itself", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(sanction(on, id, bob, SanctionType::shadow_restrict, on.clock->now() + 1h).result());
    (void)on.sent(bob, id, "hidden");
    on.clock->advance(1h);
    (void)on.sent(bob, id, "seen");
    CHECK(on.contents(alice, id) == std::vector<std::string>{"seen"});
    CHECK(on.contents(bob, id) == std::vector<std::string>{"seen", "hidden"});
}
