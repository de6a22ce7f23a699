#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

UpdateSettings change(ConversationId id) {
    UpdateSettings command;
    command.conversation = id;
    return command;
}

}  // namespace

TEST_CASE("only the switches that are named are changed", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = change(id);
    command.sound_enabled = false;
    command.custom_name = "Bobby";
    MemberSettings expected;
    expected.sound_enabled = false;
    expected.custom_name = "Bobby";
    CHECK(on.update_settings(alice, command).value() == expected);

    command = change(id);
    command.notifications = false;
    command.desktop_notifications = false;
    command.mobile_notifications = false;
    command.mention_notifications = false;
    expected.notifications = expected.desktop_notifications = false;
    expected.mobile_notifications = expected.mention_notifications = false;
    CHECK(on.update_settings(alice, command).value() == expected);
    CHECK(on.show(alice, id).value().settings == expected);
    CHECK(on.show(bob, id).value().settings == MemberSettings{});
}

TEST_CASE("a name of one's own can be taken away again", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = change(id);
    command.custom_name = "Bobby";
    REQUIRE(on.update_settings(alice, command).result());
    command.custom_name = std::optional<std::string>();
    CHECK_FALSE(on.update_settings(alice, command).value().custom_name);
}

TEST_CASE("settings are told to the user's own devices with the user's next number",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->clear();
    auto command = change(id);
    command.muted = true;
    REQUIRE(on.update_settings(alice, command).result());
    command = change(id);
    command.sound_enabled = false;
    REQUIRE(on.update_settings(alice, command).result());
    const auto told = on.sink->of<SettingsChanged>();
    REQUIRE(told.size() == 2);
    CHECK(told[0].user == alice);
    CHECK(told[0].useq == 1);
    CHECK(told[1].useq == 2);
    CHECK(told[0].eseq == 0);
    CHECK(std::get<SettingsChanged>(told[0].what).muted_named);
    CHECK_FALSE(std::get<SettingsChanged>(told[1].what).muted_named);
    CHECK(on.show(alice, id).value().eseq == 1);
}

TEST_CASE("settings that are as they were are told only when mute was named", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->clear();
    auto command = change(id);
    command.notifications = true;
    REQUIRE(on.update_settings(alice, command).result());
    CHECK(on.sink->all().empty());
    command.muted = false;
    REQUIRE(on.update_settings(alice, command).result());
    CHECK(on.sink->of<SettingsChanged>().size() == 1);
}

TEST_CASE("a name of one's own is bounded text", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = change(id);
    command.custom_name = std::string(100, 'n');
    CHECK(on.update_settings(alice, command).result());
    for (const auto& bad :
         {std::string(101, 'n'), std::string("a\0b", 3), std::string("caf\xe9")}) {
        command.custom_name = bad;
        const auto error = on.update_settings(alice, command).error();
        CHECK(error.code == Errc::invalid);
        CHECK(error.fields[0].field == "custom_name");
    }
    CHECK(on.show(alice, id).value().settings.custom_name == std::string(100, 'n'));
}

TEST_CASE("only members have settings", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    CHECK(on.update_settings(carol, change(id)).error().code == Errc::not_a_member);
    CHECK(on.update_settings(alice, change(ConversationId{numbered(404)})).error().code ==
          Errc::conversation_not_found);
}
