#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

// Alice is the admin, bob a moderator, carol a member.
struct Club : InlineEngine {
    explicit Club(const std::string& settings = "") {
        CreateGroup command;
        command.name = "club";
        command.members = {bob, carol};
        if (!settings.empty()) command.metadata = R"({"group_settings":)" + settings + "}";
        id = create_group(alice, std::move(command)).value().id;
        Answer<Member> answer;
        engine->conversations().set_role({alice, {}}, id, bob, Role::moderator,
                                         answer.completion());
        REQUIRE(answer.result());
    }
    Answer<Conversation> put(UserId caller, const std::string& metadata) {
        return update(caller, {id, {}, metadata});
    }
    bool may_send(UserId caller, MessageType type = MessageType::text) {
        SendMessage command;
        command.conversation = id;
        command.type = type;
        command.content = "x";
        const auto sent = send(caller, std::move(command)).result();
        if (!sent) CHECK(sent.error().code == Errc::forbidden);
        return sent.has_value();
    }
    bool may_add(UserId caller) {
        const auto added = add_member(caller, id, member_number(++newcomers)).result();
        if (!added) CHECK(added.error().code == Errc::forbidden);
        return added.has_value();
    }
    ConversationId id;
    std::uint64_t newcomers = 0;
};

}  // namespace

TEST_CASE("without a policy everybody sends, and admins add members", "[conversations]") {
    for (const auto* settings : {"", "{}", R"({"message_permission":null})"}) {
        Club on(settings);
        for (const UserId who : {alice, bob, carol}) {
            CHECK(on.may_send(who));
            CHECK(on.may_send(who, MessageType::media));
            CHECK(on.may_add(who) == (who == alice));
        }
    }
}

TEST_CASE("each permission names the least role", "[conversations]") {
    struct Case {
        std::string word;
        bool moderator, member;
    };
    for (const auto& [word, moderator, member] :
         {Case{"all_members", true, true}, Case{"moderators_plus", true, false},
          Case{"admins_only", false, false}}) {
        CAPTURE(word);
        Club messages(R"({"message_permission":")" + word + "\"}");
        CHECK(messages.may_send(alice));
        CHECK(messages.may_send(bob) == moderator);
        CHECK(messages.may_send(carol) == member);
        // Media are messages, too.
        CHECK(messages.may_send(bob, MessageType::media) == moderator);
        CHECK(messages.may_send(carol, MessageType::media) == member);

        Club media(R"({"media_permission":")" + word + "\"}");
        CHECK(media.may_send(alice, MessageType::media));
        CHECK(media.may_send(bob, MessageType::media) == moderator);
        CHECK(media.may_send(carol, MessageType::media) == member);
        CHECK(media.may_send(carol));

        Club adding(R"({"add_members_permission":")" + word + "\"}");
        CHECK(adding.may_add(alice));
        CHECK(adding.may_add(bob) == moderator);
        CHECK(adding.may_add(carol) == member);
        CHECK(adding.may_send(carol));
    }
}

TEST_CASE("who may add members may not remove them", "[conversations]") {
    Club on(R"({"add_members_permission":"all_members"})");
    CHECK(on.remove_member(carol, on.id, bob).error().code == Errc::forbidden);
}

TEST_CASE("a policy acts from the update on, also within a batch", "[conversations]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob});
    on.executor->hold();
    const auto before = on.send(bob, id, "before");
    const auto update =
        on.update(alice, {id, {}, R"({"group_settings":{"message_permission":"admins_only"}})"});
    const auto after = on.send(bob, id, "after");
    on.executor->release();
    CHECK(before.result());
    CHECK(update.result());
    CHECK(after.error().code == Errc::forbidden);
    CHECK(on.contents(alice, id) == std::vector<std::string>{"before"});
}

TEST_CASE("a repeated send is answered although the policy has changed", "[conversations]") {
    Club on;
    SendMessage command;
    command.conversation = on.id;
    command.content = "x";
    command.client_random = 7;
    const auto first = on.send(carol, command).value();
    REQUIRE(on.put(alice, R"({"group_settings":{"message_permission":"admins_only"}})").result());
    const auto again = on.send(carol, command).value();
    CHECK(again.repeat);
    CHECK(again.message->id == first.message->id);
    CHECK_FALSE(on.may_send(carol));
}

TEST_CASE("only admins change the policy, in any way", "[conversations]") {
    Club on(R"({"message_permission":"admins_only","mention_permission":"all_members"})");
    for (const auto* change :
         {R"({"group_settings":{"message_permission":"all_members"}})",
          R"({"group_settings":null})", R"({"group_settings":{}})", R"({"group_settings":"none"})",
          R"({"group_settings":{"message_permission":"admins_only"}})"}) {
        CAPTURE(change);
        CHECK(on.put(carol, change).error().code == Errc::forbidden);
        CHECK(on.put(bob, change).error().code == Errc::forbidden);
    }
    CHECK_FALSE(on.may_send(carol));
    CHECK(on.put(alice, R"({"group_settings":null})").result());
    CHECK(on.may_send(carol));
    CHECK(on.put(bob, R"({"group_settings":{}})").error().code == Errc::forbidden);
}

TEST_CASE("a member who sends back the policy as it was read may rename the group",
          "[conversations]") {
    Club on(R"({"message_permission":"admins_only","moderation_level":"light"})");
    // In another order, as a client that keeps objects by key may write it.
    const auto renamed = on.put(
        carol,
        R"({"name":"crew","group_settings":{"moderation_level":"light","message_permission":"admins_only"}})");
    CHECK(renamed.result());
    CHECK(on.show(carol, on.id).value().metadata.find("crew") != std::string::npos);
}

TEST_CASE("a permission that nobody would enforce is refused by name", "[conversations]") {
    Club on;
    for (const auto* key : {"message_permission", "media_permission", "add_members_permission"}) {
        for (const auto* value : {"\"nobody\"", "\"\"", "1", "{}", "true"}) {
            const std::string settings = std::string("{\"") + key + "\":" + value + "}";
            const auto error = on.put(alice, "{\"group_settings\":" + settings + "}").error();
            CHECK(error.code == Errc::invalid);
            CHECK(error.fields.at(0).field == "metadata");
            CHECK(error.fields.at(0).message ==
                  std::string("group_settings.") + key + " is invalid");
            CreateGroup command;
            command.name = "club";
            command.members = {bob};
            command.metadata = "{\"group_settings\":" + settings + "}";
            CHECK(on.create_group(alice, command).error().code == Errc::invalid);
        }
    }
    CHECK(on.put(alice, R"({"group_settings":[]})").error().fields.at(0).message ==
          "group_settings is invalid");
    // Other keys are the clients' own.
    const auto* others = R"({"group_settings":{"mention_permission":"nobody","x":[1]}})";
    CHECK(on.put(alice, others).result());
    CHECK(on.may_send(carol));
}

TEST_CASE("what looks like a policy elsewhere in the metadata is none", "[conversations]") {
    Club on;
    REQUIRE(on.put(carol, R"({"extra":{"group_settings":{"message_permission":"admins_only"}}})")
                .result());
    REQUIRE(on.put(carol, R"({"text":"\"group_settings\":{\"message_permission\":1}"})").result());
    CHECK(on.may_send(carol));
}

TEST_CASE("a policy longer than the stack's share is read all the same", "[conversations]") {
    Club on;
    const std::string filler(12'000, 'f');
    REQUIRE(on.put(alice, R"({"filler":")" + filler +
                              R"(","group_settings":{"message_permission":"admins_only"}})")
                .result());
    CHECK_FALSE(on.may_send(carol));
    CHECK(on.may_send(alice));
}

TEST_CASE("a direct conversation has no policy", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const std::string metadata = R"({"group_settings":{"message_permission":"admins_only"}})";
    REQUIRE(on.update(bob, {id, {}, metadata}).result());
    CHECK(on.send(alice, id, "x").result());
    CHECK(on.send(bob, id, "y").result());
}
