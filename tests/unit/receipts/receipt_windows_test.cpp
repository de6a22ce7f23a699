#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

constexpr auto window = std::chrono::milliseconds(250);

struct Reading : ManualEngine {
    explicit Reading(const Limits& limits = {}) : ManualEngine(limits), id(direct(alice, bob)) {
        for (int i = 0; i < 5; ++i)
            messages.push_back(sent(alice, id, "m").id);
        sink->clear();
        script->commits = 0;
    }
    ConversationId id;
    std::vector<MessageId> messages;
};

}  // namespace

TEST_CASE("the first read goes at once, the ones that follow go together", "[receipts]") {
    Reading on;
    const auto first = on.read(bob, {on.id, on.messages[0]});
    CHECK(first.value().read_mseq == 1);
    CHECK(on.script->commits == 1);

    const auto second = on.read(bob, {on.id, on.messages[1]});
    const auto fourth = on.read(bob, {on.id, on.messages[3]});
    const auto third = on.read(bob, {on.id, on.messages[2]});
    CHECK(fourth.count() == 0);
    on.executor->advance(window - std::chrono::microseconds(1));
    CHECK(on.script->commits == 1);
    CHECK(second.count() == 0);
    on.executor->advance(std::chrono::microseconds(1));
    CHECK(on.script->commits == 2);
    // All are answered, with the position that they came to together.
    for (const auto& answer : {second, third, fourth}) {
        CHECK(answer.value().read_mseq == 4);
        CHECK(answer.value().marked == 3);
    }
    const auto moved = on.sink->last<ReadMoved>();
    CHECK(moved.message == on.messages[3]);
    CHECK(moved.messages.size() == 3);
}

TEST_CASE("a read of everything is the furthest, whatever comes after it", "[receipts]") {
    Reading on;
    REQUIRE(on.read(bob, {on.id, on.messages[0]}).result());
    const auto all = on.read(bob, {on.id, {}});
    const auto less = on.read(bob, {on.id, on.messages[1]});
    on.executor->advance(window);
    CHECK(all.value().read_mseq == 5);
    CHECK(less.value().read_mseq == 5);
    CHECK_FALSE(on.sink->last<ReadMoved>().message);
}

TEST_CASE("a window that nobody used closes, and the next read goes at once", "[receipts]") {
    Reading on;
    REQUIRE(on.read(bob, {on.id, on.messages[0]}).result());
    CHECK(on.executor->timers() == 1);
    on.executor->advance(window);
    CHECK(on.executor->timers() == 0);
    CHECK(on.read(bob, {on.id, on.messages[1]}).result());
}

TEST_CASE("a window that was used opens another one", "[receipts]") {
    Reading on;
    REQUIRE(on.read(bob, {on.id, on.messages[0]}).result());
    const auto second = on.read(bob, {on.id, on.messages[1]});
    on.executor->advance(window);
    CHECK(second.result());
    const auto third = on.read(bob, {on.id, on.messages[2]});
    CHECK(third.count() == 0);
    on.executor->advance(window);
    CHECK(third.result());
    on.executor->advance(window);
    CHECK(on.executor->timers() == 0);
}

TEST_CASE("windows of members, conversations and kinds are apart", "[receipts]") {
    Reading on;
    const auto other = on.direct(bob, carol);
    REQUIRE(on.read(bob, {on.id, {}}).result());
    CHECK(on.read(alice, {on.id, {}}).result());
    CHECK(on.read(bob, {other, {}}).result());
    CHECK(on.delivered(bob, on.id, Mseq{1}).result());
    const auto joined = on.delivered(bob, on.id, Mseq{2});
    CHECK(joined.count() == 0);
    on.executor->advance(window);
    CHECK(joined.result());
}

TEST_CASE("a refused read is refused when the window ends, too", "[receipts]") {
    Reading on;
    CHECK(on.read(carol, {on.id, {}}).error().code == Errc::not_a_member);
    const auto again = on.read(carol, {on.id, {}});
    on.executor->advance(window);
    CHECK(again.error().code == Errc::not_a_member);
}

TEST_CASE("closing sends what waits in a window, and all is answered", "[receipts]") {
    Reading on;
    REQUIRE(on.read(bob, {on.id, on.messages[0]}).result());
    const auto waiting = on.read(bob, {on.id, on.messages[4]});
    on.engine->close();
    CHECK(waiting.value().read_mseq == 5);
    CHECK(on.read(bob, {on.id, {}}).error().code == Errc::closed);
    // The timer finds nothing.
    on.executor->advance(window);
    CHECK(on.script->commits == 2);
}

TEST_CASE("without a window every read goes at once", "[receipts]") {
    Limits limits;
    limits.receipt_coalescing = std::chrono::milliseconds(0);
    Reading on(limits);
    CHECK(on.read(bob, {on.id, on.messages[0]}).result());
    CHECK(on.read(bob, {on.id, on.messages[1]}).result());
    CHECK(on.executor->timers() == 0);
}

TEST_CASE("where time stands still nothing is held back", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto one = on.sent(alice, id, "1").id;
    on.sent(alice, id, "2");
    CHECK(on.read(bob, {id, one}).value().read_mseq == 1);
    CHECK(on.read(bob, {id, {}}).value().read_mseq == 2);
}

TEST_CASE("the answer to a joined read that the full lane refuses may close the engine",
          "[receipts]") {
    Limits limits;
    limits.lane_queue = 1;
    Reading on(limits);
    REQUIRE(on.read(bob, {on.id, on.messages[0]}).result());
    Errc code = Errc::internal;
    on.engine->receipts().mark_read({bob, {}}, {on.id, {}}, [&](const Result<ReadMark>& mark) {
        code = mark.error().code;
        on.engine->close();
    });
    on.executor->hold();
    const auto fills_the_lane = on.send(alice, on.id, "x");
    on.executor->advance(window);
    CHECK(code == Errc::overloaded);
    on.executor->release();
    CHECK(fills_the_lane.result());
    CHECK(on.send(alice, on.id, "y").error().code == Errc::closed);
}
