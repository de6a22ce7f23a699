#include <catch2/catch.hpp>

#include "moderation/moderation_words.hpp"

using namespace whispr;
using namespace whispr::test;
using namespace std::chrono_literals;

namespace {

const Caller moderator{warden, {}, true};

}  // namespace

TEST_CASE("who is muted may say nothing until it is over", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(bob, id, "before");
    on.sink->clear();
    const auto until = on.clock->now() + 1h;
    const auto issued = sanction(on, id, bob, SanctionType::mute, until).value();
    CHECK(issued.user == bob);
    CHECK(issued.issued_by == warden);
    CHECK(issued.active);
    CHECK(issued.expires_at == until);
    const auto told = on.sink->last<SanctionIssued>();
    CHECK(told.sanction.id == issued.id);
    CHECK(on.sink->of<SanctionIssued>().at(0).eseq == message.eseq + 1);
    CHECK(on.sink->last<SanctionApplied>().sanction.id == issued.id);

    CHECK(on.send(bob, id, "x").error().code == Errc::muted);
    CHECK(on.edit(bob, message.id, "x").error().code == Errc::muted);
    CHECK(on.send(carol, id, "x").result());
    CHECK(on.send(bob, on.direct(bob, carol), "x").result());
    on.clock->advance(59min);
    CHECK(on.send(bob, id, "x").error().code == Errc::muted);
    on.clock->advance(1min);
    CHECK(on.send(bob, id, "x").result());
}

TEST_CASE("a muted member's repeat is the message that was sent before", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    SendMessage command;
    command.conversation = id;
    command.content = "once";
    command.client_random = 5;
    const auto first = on.send(bob, command).value();
    REQUIRE(sanction(on, id, bob, SanctionType::mute).result());
    const auto again = on.send(bob, command).value();
    CHECK(again.repeat);
    CHECK(again.message->id == first.message->id);
}

TEST_CASE("when one of several mutes is lifted the others decide", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    const auto forever = sanction(on, id, bob, SanctionType::mute).value();
    const auto hour = sanction(on, id, bob, SanctionType::mute, on.clock->now() + 1h).value();
    on.clock->advance(30min);
    on.sink->clear();
    CHECK_FALSE(lift(on, forever.id).value().active);
    CHECK(on.sink->last<SanctionLifted>().sanction.id == forever.id);
    CHECK(on.send(bob, id, "x").error().code == Errc::muted);
    on.clock->advance(31min);
    CHECK(on.send(bob, id, "x").result());
    CHECK(lift(on, hour.id).error().code == Errc::no_change);
}

TEST_CASE("a sanction is lifted once", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    const auto issued = sanction(on, id, bob, SanctionType::mute).value();
    Answer<Sanction> refused;
    on.engine->moderation().lift(Caller{alice, {}}, issued.id, refused.completion());
    CHECK(refused.error().code == Errc::forbidden);
    REQUIRE(lift(on, issued.id).result());
    CHECK(on.send(bob, id, "x").result());
    CHECK(lift(on, issued.id).error().code == Errc::no_change);
    CHECK(lift(on, SanctionId{numbered(404)}).error().code == Errc::not_found);
}

TEST_CASE("who leaves and comes back is still muted", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto issued = sanction(on, id, bob, SanctionType::mute).value();
    REQUIRE(on.remove_member(bob, id, bob).result());
    REQUIRE(on.add_member(alice, id, bob).result());
    CHECK(on.send(bob, id, "x").error().code == Errc::muted);
    REQUIRE(on.remove_member(bob, id, bob).result());
    REQUIRE(lift(on, issued.id).result());
    REQUIRE(on.add_member(alice, id, bob).result());
    CHECK(on.send(bob, id, "x").result());
}

TEST_CASE("a kick ends the membership as a removal does, after saying why", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    on.sink->clear();
    const auto issued = sanction(on, id, alice, SanctionType::kick).value();
    const auto told = on.sink->all();
    REQUIRE(told.size() == 5);
    CHECK(std::get<SanctionIssued>(told[0].what).sanction.id == issued.id);
    CHECK(told[0].audience->contains(alice));
    CHECK(std::get<MemberRemoved>(told[1].what).user == alice);
    CHECK_FALSE(told[1].audience->contains(alice));
    CHECK(std::get<MemberRoleChanged>(told[2].what).member.role == Role::admin);
    CHECK(std::get<MessageCreated>(told[3].what).message->type == MessageType::system);
    CHECK(std::get<SanctionApplied>(told[4].what).sanction.type == SanctionType::kick);
    for (std::size_t i = 1; i < 4; ++i)
        CHECK(told[i].eseq == told[i - 1].eseq + 1);
    CHECK(on.show(alice, id).error().code == Errc::not_a_member);
    CHECK(sanction(on, id, alice, SanctionType::kick).error().code == Errc::member_not_found);
    // Lifting it brings nobody back.
    REQUIRE(lift(on, issued.id).result());
    CHECK(on.show(alice, id).error().code == Errc::not_a_member);
}

TEST_CASE("a sanction needs a moderator, a member, a reason and a time to come", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    const IssueSanction good{id, bob, SanctionType::mute, "because", std::nullopt};
    Answer<Sanction> refused;
    on.engine->moderation().sanction(Caller{alice, {}}, good, refused.completion());
    CHECK(refused.error().code == Errc::forbidden);
    const auto code = [&](auto change) {
        IssueSanction command = good;
        change(command);
        return sanction(on, command).error();
    };
    CHECK(code([](auto& c) { c.conversation = ConversationId{numbered(404)}; }).code ==
          Errc::conversation_not_found);
    CHECK(code([](auto& c) { c.user = carol; }).code == Errc::member_not_found);
    using Fields = std::vector<FieldError>;
    CHECK(code([](auto& c) { c.user = UserId{}; }).fields == Fields{{"user_id", "can't be blank"}});
    CHECK(code([](auto& c) { c.reason = ""; }).fields == Fields{{"reason", "can't be blank"}});
    CHECK(code([](auto& c) { c.reason = std::string(4097, 'x'); }).fields ==
          Fields{{"reason", "should be at most 4096 byte(s)"}});
    CHECK(code([&](auto& c) { c.expires_at = on.clock->now(); }).fields ==
          Fields{{"expires_at", "must be in the future"}});
    CHECK(on.send(bob, id, "x").result());
}

TEST_CASE("members see the sanctions in force, but no shadow restriction", "[moderation]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto mute = sanction(on, id, bob, SanctionType::mute, on.clock->now() + 1h).value();
    on.clock->advance(1s);
    const auto shadow = sanction(on, id, carol, SanctionType::shadow_restrict).value();
    const auto seen = [&](const Caller& by) {
        std::vector<SanctionId> found;
        for (const auto& one : sanctions(on, by, id).value())
            found.push_back(one.id);
        return found;
    };
    CHECK(seen(moderator) == std::vector{shadow.id, mute.id});
    CHECK(seen(Caller{carol, {}}) == std::vector{mute.id});
    CHECK(sanctions(on, Caller{dave, {}}, id).error().code == Errc::not_a_member);
    CHECK(sanctions(on, moderator, ConversationId{numbered(404)}).value().empty());
    on.clock->advance(2h);
    CHECK(seen(moderator) == std::vector{shadow.id});
}
