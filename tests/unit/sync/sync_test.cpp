#include "whispr/sync.hpp"

#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"
#include "sync/cursor.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

struct Device : InlineEngine {
    Answer<ChangedConversations> ask(UserId caller, std::string cursor, std::size_t limit = 100) {
        Answer<ChangedConversations> answer;
        engine->sync().changed_conversations(Caller{caller, {}}, std::move(cursor), limit,
                                             answer.completion());
        return answer;
    }
};

std::vector<ConversationId> ids_of(const ChangedConversations& changed) {
    std::vector<ConversationId> ids;
    for (const auto& one : changed.conversations)
        ids.push_back(one.conversation);
    return ids;
}

using Ids = std::vector<ConversationId>;

}  // namespace

TEST_CASE("a new device is told of all conversations, the latest activity first", "[sync]") {
    Device on;
    const auto first = on.group(alice, {bob});
    const auto second = on.group(alice, {carol});
    on.clock->advance(std::chrono::seconds(1));
    on.sent(alice, first, "newer");
    const auto changed = on.ask(alice, "").value();
    CHECK(ids_of(changed) == Ids{first, second});
    CHECK(changed.complete);
    CHECK_FALSE(changed.reconcile);
    CHECK(changed.epoch == on.engine->epoch());
    CHECK(changed.conversations[0].eseq == on.show(alice, first).value().eseq);
    CHECK(changed.cursor.size() <= 256);
    CHECK(ids_of(on.ask(carol, "").value()) == Ids{second});
}

TEST_CASE("a device that was away is told of what changed since", "[sync]") {
    Device on;
    const auto first = on.group(alice, {bob});
    const auto second = on.group(alice, {bob});
    auto cursor = on.ask(bob, "").value().cursor;
    CHECK(ids_of(on.ask(bob, cursor).value()).empty());

    on.sent(alice, second, "hello");
    const auto changed = on.ask(bob, cursor).value();
    CHECK(ids_of(changed) == Ids{second});
    CHECK(ids_of(on.ask(bob, changed.cursor).value()).empty());

    // On another of his devices.
    UpdateSettings update;
    update.conversation = first;
    update.muted = true;
    REQUIRE(on.update_settings(bob, update).result());
    const auto own = on.ask(bob, changed.cursor).value();
    CHECK(ids_of(own) == Ids{first});
    CHECK(own.useq == changed.useq + 1);
    CHECK(own.conversations[0].useq == own.useq);

    REQUIRE(on.remove_member(alice, second, bob).result());
    on.sent(alice, second, "among ourselves");
    const auto left = on.ask(bob, own.cursor).value();
    REQUIRE(ids_of(left) == Ids{second});
    CHECK_FALSE(left.conversations[0].active);
    CHECK(left.conversations[0].mseq == 0);
}

TEST_CASE("what changes between the pages of a list is told by the cursor after the last one",
          "[sync]") {
    Device on;
    Ids all;
    for (int i = 0; i < 5; ++i) {
        all.insert(all.begin(), on.group(alice, {bob}));
        on.clock->advance(std::chrono::seconds(1));
    }
    auto page = on.ask(alice, "", 2).value();
    CHECK(ids_of(page) == Ids{all[0], all[1]});
    CHECK_FALSE(page.complete);
    CHECK(page.cursor.size() <= 256);
    // Goes to the front, where this list has been already.
    on.sent(bob, all[3], "now the newest");
    page = on.ask(alice, page.cursor, 2).value();
    CHECK(ids_of(page) == Ids{all[2], all[4]});
    CHECK(page.complete);
    CHECK(ids_of(on.ask(alice, page.cursor, 2).value()) == Ids{all[3]});
}

TEST_CASE("a cursor of another history tells a device to reconcile", "[sync]") {
    Device on;
    Ids all;
    for (int i = 0; i < 3; ++i) {
        all.insert(all.begin(), on.group(alice, {bob}));
        on.clock->advance(std::chrono::seconds(1));
    }
    auto foreign = *to_cursor(on.ask(alice, "").value().cursor);
    SECTION("of another epoch") {
        foreign.since->epoch = numbered(77);
    }
    SECTION("ahead of the store") {
        foreign.since->number += 1'000;
    }
    auto page = on.ask(alice, to_text(foreign), 2).value();
    CHECK(page.reconcile);
    CHECK(page.epoch == on.engine->epoch());
    CHECK(ids_of(page) == Ids{all[0], all[1]});
    // Which it stays to the end of the list, and no longer.
    page = on.ask(alice, page.cursor, 2).value();
    CHECK(page.reconcile);
    CHECK(ids_of(page) == Ids{all[2]});
    page = on.ask(alice, page.cursor).value();
    CHECK_FALSE(page.reconcile);
    CHECK(ids_of(page).empty());
}

TEST_CASE("a copy of the store tells everything once, and nobody has to reconcile", "[sync]") {
    Device on;
    const auto id = on.group(alice, {bob});
    auto of_the_original = *to_cursor(on.ask(alice, "").value().cursor);
    of_the_original.since->numbering = numbered(78);
    of_the_original.since->number += 1'000;
    const auto changed = on.ask(alice, to_text(of_the_original)).value();
    CHECK(ids_of(changed) == Ids{id});
    CHECK_FALSE(changed.reconcile);
    CHECK(ids_of(on.ask(alice, changed.cursor).value()).empty());
}

TEST_CASE("a list whose history ends between its pages begins again", "[sync]") {
    Device on;
    Ids all;
    for (int i = 0; i < 3; ++i) {
        all.insert(all.begin(), on.group(alice, {bob}));
        on.clock->advance(std::chrono::seconds(1));
    }
    auto pages = *to_cursor(on.ask(alice, "", 1).value().cursor);
    pages.pages->upto.epoch = numbered(77);
    const auto again = on.ask(alice, to_text(pages), 2).value();
    CHECK(ids_of(again) == Ids{all[0], all[1]});
    CHECK(again.reconcile);
    CHECK(on.ask(alice, again.cursor, 2).value().reconcile);
}

TEST_CASE("a cursor that was not given is refused", "[sync]") {
    Device on;
    on.group(alice, {bob});
    on.clock->advance(std::chrono::seconds(1));
    on.group(alice, {bob});
    for (const std::string& good :
         {on.ask(alice, "").value().cursor, on.ask(alice, "", 1).value().cursor}) {
        REQUIRE(to_cursor(good));
        CHECK(to_text(*to_cursor(good)) == good);
        for (const std::string& bad :
             {good + "0", good.substr(1), good.substr(0, good.size() - 1), "b" + good.substr(1),
              "a08" + good.substr(3), good.substr(0, 3) + "X" + good.substr(4)}) {
            const auto error = on.ask(alice, bad).error();
            CHECK(error.code == Errc::invalid);
            REQUIRE(error.fields.size() == 1);
            CHECK(error.fields[0].field == "cursor");
        }
    }
    CHECK(on.ask(alice, "x").error().code == Errc::invalid);
    CHECK(on.ask(alice, std::string(100'000, '0')).error().code == Errc::invalid);
}

TEST_CASE("another history is told before what happens in it, and once", "[sync]") {
    Device on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.engine->ping());
    CHECK(on.sink->of<EpochChanged>().empty());

    on.script->epoch = numbered(99);
    on.sink->clear();
    on.sent(alice, id, "in the new one");
    const Events told = on.sink->all();
    REQUIRE(told.size() >= 2);
    REQUIRE(std::holds_alternative<EpochChanged>(told[0].what));
    CHECK(std::get<EpochChanged>(told[0].what).epoch == numbered(99));
    REQUIRE(on.engine->ping());
    CHECK(on.sink->of<EpochChanged>().size() == 1);

    // Where nothing happens whoever asks for its health finds it.
    on.script->epoch = numbered(98);
    REQUIRE(on.engine->ping());
    CHECK(on.sink->of<EpochChanged>().size() == 2);
    CHECK(on.sink->last<EpochChanged>().epoch == numbered(98));
}
