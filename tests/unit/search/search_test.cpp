#include <catch2/catch.hpp>

#include "search/search_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using Contents = std::vector<std::string>;

}  // namespace

TEST_CASE("what was answered before a search is found by it", "[search]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "Guten Tag");
    CHECK(found(on, bob, "tag") == Contents{"Guten Tag"});
    on.sent(bob, id, "Tagesschau");
    CHECK(found(on, bob, "TAG") == Contents{"Tagesschau", "Guten Tag"});
    CHECK(found(on, bob, "tag guten") == Contents{"Guten Tag"});
    CHECK(found(on, bob, "nacht").empty());
}

TEST_CASE("an edited message is found by its new words alone", "[search]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "first draft");
    CHECK(found(on, alice, "draft").size() == 1);
    REQUIRE(on.edit(alice, message.id, "final text").result());
    CHECK(found(on, alice, "draft").empty());
    CHECK(found(on, bob, "final") == Contents{"final text"});
}

TEST_CASE("a deleted message is not found, nor one that is hidden for the caller", "[search]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto gone = on.sent(alice, id, "word gone");
    const auto hidden = on.sent(alice, id, "word hidden");
    CHECK(found(on, bob, "word").size() == 2);
    REQUIRE(on.remove(alice, {.message = gone.id, .for_everyone = true}).result());
    REQUIRE(on.remove(bob, {.message = hidden.id}).result());
    CHECK(found(on, bob, "word").empty());
    CHECK(found(on, alice, "word") == Contents{"word hidden"});
}

TEST_CASE("a message whose time is over is not found", "[search]") {
    InlineEngine on;
    SendMessage command;
    command.conversation = on.direct(alice, bob);
    command.content = "burns";
    command.ttl = std::chrono::seconds(60);
    REQUIRE(on.send(alice, command).result());
    CHECK(found(on, bob, "burns").size() == 1);
    on.clock->advance(std::chrono::seconds(61));
    CHECK(found(on, bob, "burns").empty());
}

TEST_CASE("who is no active member finds nothing", "[search]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    on.sent(alice, id, "among us");
    CHECK(found(on, carol, "among").size() == 1);
    REQUIRE(on.remove_member(alice, id, carol).result());
    CHECK(found(on, carol, "among").empty());
    CHECK(found(on, dave, "among").empty());
    CHECK(search(on, carol, {.query = "among", .conversation = id}).error().code ==
          Errc::not_a_member);
    CHECK(search(on, dave, {.query = "among", .conversation = id}).error().code ==
          Errc::not_a_member);
    REQUIRE(on.add_member(alice, id, carol).result());
    CHECK(found(on, carol, "among").size() == 1);
}

TEST_CASE("a search in one conversation finds nothing of another", "[search]") {
    InlineEngine on;
    const auto here = on.direct(alice, bob);
    const auto there = on.direct(alice, carol);
    on.sent(alice, here, "word here");
    on.sent(alice, there, "word there");
    CHECK(found(on, alice, "word") == Contents{"word there", "word here"});
    CHECK(contents_of(search(on, alice, {.query = "word", .conversation = here})) ==
          Contents{"word here"});
    CHECK(search(on, alice, {.query = "word", .conversation = ConversationId{numbered(77)}})
              .error()
              .code == Errc::conversation_not_found);
}

TEST_CASE("a query without words finds nothing, and still asks for membership", "[search]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "anything");
    for (const auto* blank : {"", "  ", "%", "\"*\"", "\xff"})
        CHECK(found(on, alice, blank).empty());
    CHECK(search(on, carol, {.query = "", .conversation = id}).error().code == Errc::not_a_member);
}

TEST_CASE("a query is bounded", "[search]") {
    InlineEngine on;
    CHECK(search(on, alice, {.query = std::string(limits::search_bytes, 'a')}).result());
    const Error error =
        search(on, alice, {.query = std::string(limits::search_bytes + 1, 'a')}).error();
    CHECK(error.code == Errc::invalid);
    CHECK(error.fields.at(0).field == "query");
    CHECK(
        search_conversations(on, alice, std::string(limits::search_bytes + 1, 'a')).error().code ==
        Errc::invalid);
}

TEST_CASE("pages of a search lose nothing and repeat nothing", "[search]") {
    InlineEngine on;
    const auto first = on.direct(alice, bob);
    const auto second = on.direct(alice, carol);
    Contents expected;
    for (int i = 0; i < 12; ++i) {
        on.clock->advance(std::chrono::seconds(1));
        const std::string content = "word " + std::to_string(i);
        on.sent(alice, i % 3 == 0 ? first : second, content);
        expected.insert(expected.begin(), content);
    }
    Contents paged;
    for (std::size_t offset = 0; offset < 12; offset += 5) {
        const auto page = search(on, alice, {.query = "word", .limit = 5, .offset = offset});
        CHECK(page.value().has_more == (offset + 5 < 12));
        for (const std::string& content : contents_of(page))
            paged.push_back(content);
    }
    CHECK(paged == expected);
    SearchMessages before{.query = "word", .conversation = second};
    before.before = search(on, alice, {.query = "4"}).value().messages.at(0).sent_at;
    CHECK(contents_of(search(on, alice, before)) == Contents{"word 2", "word 1"});
}

TEST_CASE("a found message comes with its reactions and what it answers", "[search]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto question = on.sent(alice, id, "question");
    SendMessage command;
    command.conversation = id;
    command.content = "answer";
    command.reply_to = question.id;
    const auto answer = on.send(bob, command).value().message;
    REQUIRE(on.react(alice, answer->id, "👍").result());
    const auto messages = search(on, alice, {.query = "answer"}).value().messages;
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].reply->content == "question");
    CHECK(messages[0].reactions.size() == 1);
}

TEST_CASE("groups are found by a part of their name, without case and accents", "[search]") {
    InlineEngine on;
    const auto trip = on.group(alice, {bob}, "Été à Paris");
    on.clock->advance(std::chrono::seconds(1));
    const auto percent = on.group(alice, {bob}, "100%_sure");
    on.group(carol, {bob}, "Paris too");
    on.direct(alice, bob);
    const auto ids = [&](const std::string& query) {
        std::vector<ConversationId> all;
        for (const Conversation& one : search_conversations(on, alice, query).value())
            all.push_back(one.id);
        return all;
    };
    using Ids = std::vector<ConversationId>;
    CHECK(ids("PARIS") == Ids{trip});
    CHECK(ids("ete a") == Ids{trip});
    CHECK(ids(" ris ") == Ids{trip});
    CHECK(ids("%") == Ids{percent});
    CHECK(ids("_") == Ids{percent});
    CHECK(ids("e") == Ids{percent, trip});
    CHECK(ids("zz").empty());
    CHECK(ids("").empty());
    CHECK(ids("\xff").empty());
    CHECK(search_conversations(on, alice, "e", 1).value().size() == 1);
    REQUIRE(on.remove_member(alice, trip, alice).result());
    CHECK(ids("paris").empty());
}

TEST_CASE("conversations are found by the id of another active member", "[search]") {
    InlineEngine on;
    const auto direct = on.direct(alice, bob);
    on.clock->advance(std::chrono::seconds(1));
    const auto group = on.group(alice, {bob, carol}, bob.to_string());
    const auto found_by = [&](UserId id) {
        return search_conversations(on, alice, id.to_string()).value();
    };
    const auto both = found_by(bob);
    REQUIRE(both.size() == 2);
    CHECK(both[0].id == group);
    CHECK(both[1].id == direct);
    CHECK(both[1].members.size() == 2);
    CHECK(both[1].role == Role::member);
    CHECK(both[0].unread == 0);
    CHECK(found_by(carol).size() == 1);
    CHECK(found_by(alice).empty());
    CHECK(found_by(dave).empty());
    REQUIRE(on.remove_member(alice, group, carol).result());
    CHECK(found_by(carol).empty());
}
