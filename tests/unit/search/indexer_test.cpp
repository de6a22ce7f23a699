#include <catch2/catch.hpp>

#include "search/search_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using namespace std::chrono_literals;

// Counts what the lane writes of the index.
struct Watched : ManualEngine {
    Watched() {
        script->before_write = [this](const ChangeSet& changes) -> Result<void> {
            if (changes.search.cursors.empty()) return {};
            ++runs;
            words += changes.search.words.size();
            if (fault) return *fault;
            return {};
        };
        // Whoever searches for the first time makes the index follow.
        REQUIRE(search(*this, alice, {}).result());
        executor->advance(1s);
        runs = 0;
        words = 0;
    }
    std::size_t runs = 0;
    std::size_t words = 0;
    std::optional<Error> fault;
};

}  // namespace

TEST_CASE("what changes in a moment is indexed together, and later", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    const auto other = on.direct(alice, carol);
    for (int i = 0; i < 5; ++i) {
        on.sent(alice, id, "word");
        on.sent(alice, other, "word");
    }
    CHECK(on.runs == 0);
    on.executor->advance(499ms);
    CHECK(on.runs == 0);
    on.executor->advance(1ms);
    CHECK(on.words == 10);
    const auto runs = on.runs;
    on.executor->advance(10s);
    CHECK(on.runs == runs);
    CHECK(on.executor->timers() == 0);
    // Nothing is left for who searches.
    CHECK(found(on, bob, "word").size() == 5);
    CHECK(on.runs == runs);
}

TEST_CASE("who searches does not wait for the moment to be over", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "word");
    CHECK(found(on, bob, "word").size() == 1);
    CHECK(on.words == 1);
}

TEST_CASE("an engine that nobody searches does not index", "[search]") {
    ManualEngine on;
    on.sent(alice, on.direct(alice, bob), "word");
    on.script->commits = 0;
    on.executor->advance(1min);
    CHECK(on.script->commits == 0);
    // The first search finds what was there before, others' history in the background.
    on.sent(carol, on.direct(carol, dave), "word");
    CHECK(found(on, alice, "word").size() == 1);
    std::size_t words = 0;
    on.script->before_write = [&](const ChangeSet& changes) -> Result<void> {
        words += changes.search.words.size();
        return {};
    };
    on.executor->advance(1s);
    CHECK(words == 1);
}

TEST_CASE("a large conversation is indexed in bounded runs, with pauses", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    for (int i = 0; i < 300; ++i)
        on.sent(alice, id, "word");
    on.executor->advance(500ms);
    CHECK(on.words == 128);
    on.executor->advance(24ms);
    CHECK(on.words == 128);
    on.executor->advance(1ms);
    CHECK(on.words == 256);
    on.executor->advance(1s);
    CHECK(on.words == 300);
    CHECK(on.runs == 3);
}

TEST_CASE("who searches a large conversation waits for all of it, without pauses", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "needle");
    for (int i = 0; i < 300; ++i)
        on.sent(alice, id, "hay");
    CHECK(found(on, bob, "needle").size() == 1);
    CHECK(on.runs == 3);
}

TEST_CASE("a search waits for its own conversations alone", "[search]") {
    Watched on;
    const auto mine = on.direct(alice, bob);
    const auto others = on.direct(carol, dave);
    for (int i = 0; i < 200; ++i)
        on.sent(carol, others, "word");
    on.sent(alice, mine, "word");
    CHECK(found(on, alice, "word").size() == 1);
    CHECK(on.words <= 128);
}

TEST_CASE("what could not be indexed is tried again", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "word");
    on.fault = Error{Errc::unavailable, "the disk is full", {}};
    CHECK(search(on, bob, {.query = "word"}).error().code == Errc::unavailable);
    on.executor->advance(10s);
    const auto failed = on.runs;
    CHECK(failed >= 5);
    CHECK(failed <= 12);
    on.fault.reset();
    on.executor->advance(1s);
    CHECK(on.runs == failed + 1);
    CHECK(found(on, bob, "word").size() == 1);
    CHECK(on.runs == failed + 1);
}

TEST_CASE("a message that changes while it is indexed is indexed again", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "old");
    on.clock->advance(1s);
    on.executor->hold();
    const auto edited = on.edit(alice, message.id, "new");
    const auto answer = search(on, bob, {.query = "old"});
    // The readers have seen the old words, and the lane will write them behind the new ones.
    on.executor->run_once();
    on.executor->release();
    REQUIRE(edited.result());
    REQUIRE(answer.result());
    CHECK(found(on, bob, "old").empty());
    CHECK(found(on, bob, "new").size() == 1);
}

TEST_CASE("a closed engine indexes nothing more", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "word");
    on.executor->hold();
    const auto answer = search(on, bob, {.query = "word"});
    on.executor->run_once();
    CHECK(answer.count() == 0);
    on.executor->release();
    on.sent(alice, id, "word");
    on.engine->close();
    CHECK(answer.count() == 1);
    const auto runs = on.runs;
    on.executor->advance(10s);
    CHECK(on.runs == runs);
    CHECK(search(on, bob, {.query = "word"}).error().code == Errc::closed);
}

TEST_CASE("the index waits while lanes are busy, but not for ever", "[search]") {
    Watched on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "word");
    on.executor->hold();
    for (int i = 0; i < 20; ++i)
        (void)on.send(alice, id, "more");
    on.executor->advance(500ms);
    on.executor->advance(999ms);
    CHECK(on.engine->stats().reader_queued == 0);
    on.executor->advance(1ms);
    CHECK(on.engine->stats().reader_queued == 1);
    on.executor->release();
    CHECK(on.words > 0);
}
