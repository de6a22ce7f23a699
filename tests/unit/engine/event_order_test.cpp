#include "engine/event_order.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

const ConversationId room{numbered(1, 0xcc)};
const ConversationId other{numbered(2, 0xcc)};

Time at(std::int64_t second) {
    return Time{std::chrono::seconds(second)};
}

Event change(Eseq eseq, ConversationId conversation = room) {
    Event event;
    event.conversation = conversation;
    event.eseq = eseq;
    event.at = at(eseq);
    event.what = Advanced{};
    return event;
}

struct Order : EventOrder {
    Time now = at(1'000);

    std::vector<Eseq> admit(std::vector<Event> events) {
        Events ready;
        EventOrder::admit(std::move(events), now, ready);
        return numbers(ready);
    }
    std::vector<Eseq> fill(Events found, Eseq upto) {
        Events ready;
        EventOrder::fill(room, std::move(found), upto, now, ready);
        return numbers(ready);
    }
    static std::vector<Eseq> numbers(const Events& events) {
        std::vector<Eseq> eseqs;
        for (const Event& event : events)
            eseqs.push_back(event.eseq);
        return eseqs;
    }
};

using Eseqs = std::vector<Eseq>;

}  // namespace

TEST_CASE("changes are told in the order of their numbers, each once", "[engine]") {
    Order order;
    CHECK(order.admit({change(5)}) == Eseqs{5});
    CHECK(order.admit({change(7), change(9)}).empty());
    CHECK(order.waiting());
    CHECK(order.admit({change(8)}).empty());
    CHECK(order.admit({change(9)}).empty());
    CHECK(order.admit({change(6)}) == Eseqs{6, 7, 8, 9});
    CHECK_FALSE(order.waiting());
    CHECK(order.admit({change(7), change(9)}).empty());
    CHECK(order.admit({change(10), change(11)}) == Eseqs{10, 11});
}

TEST_CASE("conversations do not wait for each other, and signals for nothing", "[engine]") {
    Order order;
    order.admit({change(1), change(1, other)});
    CHECK(order.admit({change(3), change(2, other), change(0)}) == Eseqs{2, 0});
}

TEST_CASE("what one change is told by stays together", "[engine]") {
    Order order;
    CHECK(order.admit({change(1), change(1)}) == Eseqs{1, 1});
    CHECK(order.admit({change(3), change(3)}).empty());
    CHECK(order.admit({change(2)}) == Eseqs{2, 3, 3});
}

TEST_CASE("the first change that is seen may have overtaken others, for a second", "[engine]") {
    Order order;
    CHECK(order.admit({change(5)}) == Eseqs{5});
    CHECK(order.admit({change(4)}) == Eseqs{4});
    CHECK(order.admit({change(4)}).empty());
    order.now += std::chrono::seconds(2);
    CHECK(order.admit({change(3)}).empty());
}

TEST_CASE("a hole says what was told and what waits, once it is old enough", "[engine]") {
    Order order;
    order.admit({change(5), change(7), change(9)});
    CHECK(order.holes(order.now - std::chrono::microseconds(1)).empty());
    const auto holes = order.holes(order.now);
    REQUIRE(holes.size() == 1);
    CHECK(holes[0].conversation == room);
    CHECK(holes[0].told == 5);
    CHECK(holes[0].told_at == at(5));
    CHECK(holes[0].here == Eseqs{7, 9});
}

TEST_CASE("what is read for a hole is told among what waits, which is the fuller word",
          "[engine]") {
    Order order;
    order.admit({change(5), change(7), change(9)});
    CHECK(order.fill({change(6), change(7), change(8)}, 8) == Eseqs{6, 7, 8, 9});
    CHECK(order.admit({change(6), change(8)}).empty());
    CHECK(order.admit({change(10)}) == Eseqs{10});
}

TEST_CASE("numbers that nothing is told of are passed", "[engine]") {
    Order order;
    order.admit({change(5), change(9)});
    CHECK(order.fill({}, 8) == Eseqs{9});
    order.admit({change(12)});
    CHECK(order.fill({change(11)}, 12) == Eseqs{11, 12});
}

TEST_CASE("what arrives while the store is read is not told twice", "[engine]") {
    Order order;
    order.admit({change(5), change(8)});
    CHECK(order.admit({change(6)}) == Eseqs{6});
    CHECK(order.fill({change(6), change(7)}, 8) == Eseqs{7, 8});
}

TEST_CASE("numbers that are given out again after a loss are not those that were told",
          "[engine]") {
    Order order;
    order.admit({change(5), change(6), change(7)});
    const auto again = [](Eseq eseq, std::int64_t second) {
        Event event = change(eseq);
        event.at = at(second);
        return event;
    };
    SECTION("when the store says so") {
        order.admit({change(9)});
        order.begin_anew();
        CHECK_FALSE(order.waiting());
        CHECK(order.place(room)->by_time);
        CHECK(order.place(room)->told_at == at(7));
    }
    SECTION("when they were stored later than what was told last") {}
    CHECK(order.admit({again(6, 100)}).empty());
    CHECK(order.waiting());
    const auto holes = order.holes(order.now);
    REQUIRE(holes.size() == 1);
    CHECK(holes[0].by_time);
    CHECK(holes[0].told_at == at(7));
    CHECK(holes[0].here == Eseqs{6});
    // The fifth is the one that was told.
    CHECK(order.fill({again(6, 100)}, 6) == Eseqs{6});
    CHECK_FALSE(order.place(room)->by_time);
    CHECK(order.admit({again(6, 100)}).empty());
    CHECK(order.admit({again(7, 101), again(8, 102)}) == Eseqs{7, 8});
}

TEST_CASE("what was read for a hole counts no more when the conversation has begun anew since",
          "[engine]") {
    Order order;
    order.admit({change(5), change(7)});
    const Hole hole = order.holes(order.now).at(0);
    CHECK(order.still_is(hole));
    order.begin_anew();
    CHECK_FALSE(order.still_is(hole));
    CHECK(order.still_is(*order.place(room)));
}

TEST_CASE("the first change that is seen while others may be missing waits for them", "[engine]") {
    Order order;
    Events ready;
    order.EventOrder::admit({change(5)}, order.now, ready, at(3));
    CHECK(ready.empty());
    REQUIRE(order.place(room));
    CHECK(order.place(room)->by_time);
    CHECK(order.place(room)->told_at == at(3));
    CHECK(order.place(room)->told == 4);
    CHECK(order.fill({change(4)}, 5) == Eseqs{4, 5});
    order.EventOrder::admit({change(1, other), change(6)}, order.now, ready, at(3));
    CHECK(Order::numbers(ready) == Eseqs{1, 6});
}

TEST_CASE("a conversation is forgotten when nothing came of it, but not while something waits",
          "[engine]") {
    Order order;
    order.admit({change(5), change(1, other), change(3, other)});
    order.now += std::chrono::minutes(1);
    order.forget(order.now);
    CHECK(order.known() == std::vector{other});
}

TEST_CASE("whatever the order, losses and repeats, every change is told once and in order",
          "[engine]") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random(seed);
        const auto below = [&](int bound) { return static_cast<int>(random() % bound); };
        Order order;
        std::vector<Event> sent;
        for (Eseq eseq = 1; eseq <= 60; ++eseq)
            sent.push_back(change(eseq));
        for (std::size_t i = 1; i + 1 < sent.size(); ++i)
            std::swap(sent[i],
                      sent[std::min(sent.size() - 1, i + static_cast<std::size_t>(below(4)))]);
        Eseqs told;
        const auto tell = [&](const Eseqs& more) {
            told.insert(told.end(), more.begin(), more.end());
        };
        for (const Event& event : sent) {
            if (event.eseq > 1 && below(5) == 0) continue;
            tell(order.admit({event}));
            if (below(6) == 0) tell(order.admit({event}));
            if (below(8) != 0) continue;
            for (const Hole& hole : order.holes(order.now)) {
                Events found;
                for (Eseq eseq = hole.told + 1; eseq <= hole.here.back(); ++eseq)
                    found.push_back(change(eseq));
                tell(order.fill(std::move(found), hole.here.back()));
            }
        }
        Events rest;
        for (Eseq eseq = order.place(room)->told + 1; eseq <= 60; ++eseq)
            rest.push_back(change(eseq));
        tell(order.fill(std::move(rest), 60));
        Eseqs all;
        for (Eseq eseq = 1; eseq <= 60; ++eseq)
            all.push_back(eseq);
        INFO("seed " << seed);
        CHECK(told == all);
    }
}
