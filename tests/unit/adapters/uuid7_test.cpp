#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <thread>
#include <vector>

#include "support/manual_clock.hpp"
#include "whispr/adapters/local.hpp"

using namespace whispr;
using whispr::test::ManualClock;

namespace {

std::uint64_t milliseconds_of(const Uuid& id) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i)
        value = value << 8 | id.bytes[i];
    return value;
}

}  // namespace

TEST_CASE("an id says version 7 and its moment", "[local]") {
    const auto ids = make_uuid7_generator();
    const Uuid id = ids->next(ManualClock::start);
    CHECK(id.bytes[6] >> 4 == 7);
    CHECK(id.bytes[8] >> 6 == 2);
    CHECK(milliseconds_of(id) == 1'767'225'600'000);
}

TEST_CASE("ids are in the order they were drawn, within a millisecond too", "[local]") {
    const auto ids = make_uuid7_generator();
    Time now = ManualClock::start;
    Uuid last{};
    for (int i = 0; i < 20'000; ++i) {
        if (i % 7 == 0) now += std::chrono::microseconds(i % 3);
        const Uuid id = ids->next(now);
        REQUIRE(last < id);
        last = id;
    }
}

TEST_CASE("ids stay in order when the clock goes back", "[local]") {
    const auto ids = make_uuid7_generator();
    const Uuid before = ids->next(ManualClock::start);
    const Uuid after = ids->next(ManualClock::start - std::chrono::hours(1));
    CHECK(before < after);
    CHECK(milliseconds_of(after) - milliseconds_of(before) <= 1);
}

TEST_CASE("ids of several threads and generators differ", "[local][threads]") {
    const auto shared = make_uuid7_generator();
    std::vector<std::vector<Uuid>> drawn(4);
    std::vector<std::thread> threads;
    for (auto& mine : drawn) {
        threads.emplace_back([&] {
            const auto own = make_uuid7_generator();
            for (int i = 0; i < 2'000; ++i) {
                mine.push_back(shared->next(ManualClock::start));
                mine.push_back(own->next(ManualClock::start));
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    std::set<Uuid> all;
    for (const auto& mine : drawn) {
        all.insert(mine.begin(), mine.end());
        std::vector<Uuid> from_shared;
        for (std::size_t i = 0; i < mine.size(); i += 2)
            from_shared.push_back(mine[i]);
        CHECK(std::is_sorted(from_shared.begin(), from_shared.end()));
    }
    CHECK(all.size() == 4 * 2 * 2'000);
}

TEST_CASE("the random part of ids is not the same twice", "[local]") {
    std::set<std::vector<std::uint8_t>> tails;
    for (int i = 0; i < 1'000; ++i) {
        const Uuid id = make_uuid7_generator()->next(ManualClock::start);
        tails.insert({id.bytes.begin() + 8, id.bytes.end()});
    }
    CHECK(tails.size() == 1'000);
}
