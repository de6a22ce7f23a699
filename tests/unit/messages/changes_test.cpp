#include <catch2/catch.hpp>
#include <limits>
#include <map>
#include <random>

#include "support/engine_fixture.hpp"
#include "whispr/limits.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

struct CatchUp : InlineEngine {
    Answer<MessageChanges> changes(UserId caller, Eseq since) {
        Answer<MessageChanges> answer;
        engine->messages().changes(Caller{caller, {}}, id, since, answer.completion());
        return answer;
    }
    Eseq newest() { return show(alice, id).value().eseq; }
    void remove_for(UserId caller, MessageId message, bool everyone) {
        DeleteMessage removal;
        removal.message = message;
        removal.for_everyone = everyone;
        REQUIRE(remove(caller, removal).result());
    }

    ConversationId id = group(alice, {bob, carol});
};

std::vector<std::string> contents_of(const MessageChanges& changes) {
    std::vector<std::string> found;
    for (const auto& message : changes.messages)
        found.push_back(message.deleted ? "(deleted)" : message.content);
    return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("who missed nothing is told so", "[messages]") {
    CatchUp on;
    on.sent(alice, on.id, "seen");
    const auto changes = on.changes(bob, on.newest()).value();
    CHECK(changes.conversation == on.id);
    CHECK(changes.eseq == on.newest());
    CHECK(changes.messages.empty());
    CHECK(changes.hidden.empty());
    CHECK(changes.complete);
}

TEST_CASE("what was created, edited, reacted to and deleted since is told as it is now",
          "[messages]") {
    CatchUp on;
    const Message edited = on.sent(alice, on.id, "old text");
    const Message liked = on.sent(alice, on.id, "liked");
    const Message deleted = on.sent(alice, on.id, "to be deleted");
    on.sent(alice, on.id, "as it was");
    const Eseq since = on.newest();
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(on.edit(alice, edited.id, "first").result());
    REQUIRE(on.edit(alice, edited.id, "second").result());
    REQUIRE(on.react(bob, liked.id, "+").result());
    on.remove_for(alice, deleted.id, true);
    on.sent(bob, on.id, "new");
    const auto changes = on.changes(carol, since).value();
    CHECK(changes.complete);
    CHECK(changes.eseq == on.newest());
    CHECK(contents_of(changes) == Texts{"second", "liked", "(deleted)", "new"});
    CHECK(changes.messages[1].reactions.size() == 1);
    CHECK(changes.messages[2].content.empty());
    CHECK(changes.hidden.empty());
    CHECK(contents_of(on.changes(carol, changes.eseq - 1).value()) == Texts{"new"});
}

TEST_CASE("what the reader may not see any more is named, and nothing else of it told",
          "[messages]") {
    CatchUp on;
    const Message hidden = on.sent(alice, on.id, "hidden for bob");
    const Eseq since = on.newest();
    on.remove_for(bob, hidden.id, false);
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(on.edit(alice, hidden.id, "changed").result());
    SendMessage brief;
    brief.conversation = on.id;
    brief.content = "brief";
    brief.ttl = std::chrono::seconds(5);
    const MessageId expired = on.send(alice, std::move(brief)).value().message->id;
    on.clock->advance(std::chrono::seconds(5));
    const auto changes = on.changes(bob, since).value();
    CHECK(changes.complete);
    CHECK(changes.messages.empty());
    CHECK(changes.hidden == std::vector<MessageId>{expired, hidden.id});
    CHECK(contents_of(on.changes(carol, since).value()) == Texts{"changed"});
}

TEST_CASE("more changes than are told at once are not complete, and none of them is told",
          "[messages]") {
    CatchUp on;
    const Eseq since = on.newest();
    for (std::size_t i = 0; i < limits::changes_told; ++i)
        on.sent(alice, on.id, std::to_string(i));
    CHECK(on.changes(bob, since).value().messages.size() == limits::changes_told);
    CHECK(on.changes(bob, since).value().complete);
    on.sent(alice, on.id, "one too many");
    const auto changes = on.changes(bob, since).value();
    CHECK_FALSE(changes.complete);
    CHECK(changes.messages.empty());
    CHECK(changes.hidden.empty());
    CHECK(changes.eseq == on.newest());
}

TEST_CASE("a number that no change has cannot be caught up from", "[messages]") {
    CatchUp on;
    on.sent(alice, on.id, "one");
    for (const Eseq since : {on.newest() + 1, Eseq{-1}, std::numeric_limits<Eseq>::max(),
                             std::numeric_limits<Eseq>::min()}) {
        const auto changes = on.changes(bob, since).value();
        CHECK_FALSE(changes.complete);
        CHECK(changes.messages.empty());
        CHECK(changes.eseq == on.newest());
    }
}

TEST_CASE("changes are for members", "[messages]") {
    CatchUp on;
    CHECK(on.changes(dave, 0).error().code == Errc::not_a_member);
    REQUIRE(on.remove_member(alice, on.id, bob).result());
    CHECK(on.changes(bob, 0).error().code == Errc::not_a_member);
}

TEST_CASE("a change is found although the clock stood still or went back", "[messages]") {
    CatchUp on;
    const Message first = on.sent(alice, on.id, "first");
    on.sent(alice, on.id, "second");
    const Eseq since = on.newest();
    on.clock->advance(-std::chrono::seconds(3));
    REQUIRE(on.react(bob, first.id, "+").result());
    CHECK(contents_of(on.changes(carol, since).value()) == Texts{"first"});
}

TEST_CASE("an edit or a deletion in the moment of sending is later than the message",
          "[messages]") {
    CatchUp on;
    // The second of a moment is sent a microsecond after it, by which storage tells changes from
    // creations.
    on.sent(alice, on.id, "first");
    const Message second = on.sent(alice, on.id, "second");
    const auto edited = on.edit(alice, second.id, "edited").value();
    CHECK(edited->updated_at > edited->sent_at);
    on.remove_for(alice, second.id, true);
    const auto told = on.changes(bob, 0).value();
    REQUIRE(told.messages.back().deleted);
    CHECK(told.messages.back().updated_at > told.messages.back().sent_at);
}

TEST_CASE("a client that catches up now and then holds what is there", "[messages]") {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        CatchUp on;
        std::mt19937 random(seed);
        const auto below = [&](std::size_t bound) { return random() % bound; };
        std::vector<MessageId> all;
        std::map<MessageId, Message> held;
        Eseq since = 0;
        for (int step = 0; step < 300; ++step) {
            const UserId who = std::vector<UserId>{alice, bob, carol}[below(3)];
            const auto dice = below(10);
            if (dice < 4 || all.empty()) {
                all.push_back(on.sent(who, on.id, std::to_string(step)).id);
            } else {
                const MessageId message = all[below(all.size())];
                DeleteMessage removal;
                removal.message = message;
                removal.for_everyone = below(2) == 0;
                if (dice < 6) (void)on.edit(who, message, "e" + std::to_string(step)).result();
                if (dice == 6 || dice == 7) (void)on.react(who, message, "+").result();
                // Bob hides nothing here: what he hides himself he is not told by changes.
                if (dice == 8 && (removal.for_everyone || who != bob))
                    (void)on.remove(who, removal).result();
                if (dice == 9) on.clock->advance(std::chrono::milliseconds(below(5)));
            }
            if (below(20) != 0 && step != 299) continue;
            const auto changes = on.changes(bob, since).value();
            REQUIRE(changes.complete);
            since = changes.eseq;
            for (const auto& message : changes.messages)
                held[message.id] = message;
            for (const auto& message : changes.hidden)
                held.erase(message);
        }
        CHECK(since == on.newest());
        CHECK(held.size() == all.size());
        for (const auto& [id, message] : held) {
            const Message shown = on.show(bob, id).value();
            CHECK(shown.eseq == message.eseq);
            CHECK(shown.content == message.content);
            CHECK(shown.deleted == message.deleted);
            CHECK(shown.reactions.size() == message.reactions.size());
        }
    }
}
