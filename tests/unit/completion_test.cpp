#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>

#include "support/answer.hpp"
#include "support/death.hpp"
#include "whispr/completion.hpp"

using namespace whispr;
using whispr::test::Answer;

TEST_CASE("a completion carries one answer", "[completion]") {
    Answer<int> answer;
    Completion<int> done = answer.completion();
    CHECK(done);
    done(7);
    CHECK_FALSE(done);
    CHECK(answer.value() == 7);
}

TEST_CASE("a completion that is dropped answers internal", "[completion]") {
    Answer<int> answer;
    { const Completion<int> done = answer.completion(); }
    CHECK(answer.error().code == Errc::internal);
    CHECK(answer.error().text == "the command was dropped without an answer");
}

TEST_CASE("a completion that is overwritten answers internal", "[completion]") {
    Answer<int> first;
    Answer<int> second;
    Completion<int> done = first.completion();
    done = second.completion();
    CHECK(first.error().code == Errc::internal);
    CHECK(second.count() == 0);
    done(2);
    CHECK(second.value() == 2);
}

TEST_CASE("a completion that was moved from is empty and answers nothing", "[completion]") {
    Answer<int> answer;
    {
        Completion<int> from = answer.completion();
        Completion<int> to = std::move(from);
        to(1);
    }
    CHECK(answer.count() == 1);
}

TEST_CASE("a completion assigned to itself keeps its answer", "[completion]") {
    Answer<int> answer;
    Completion<int> done = answer.completion();
    Completion<int>& same = done;
    done = std::move(same);
    done(5);
    CHECK(answer.value() == 5);
}

TEST_CASE("a second answer stops the program", "[completion][death]") {
    CHECK(test::aborts([] {
        Completion<int> done([](const Result<int>&) {});
        done(1);
        done(2);
    }));
    CHECK_FALSE(test::aborts([] { Completion<int>([](const Result<int>&) {})(1); }));
}

TEST_CASE("a completion can only be moved, and takes callbacks that can only be moved",
          "[completion]") {
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Completion<int>>);
    std::optional<int> seen;
    Completion<int> done([&seen, owned = std::make_unique<int>(3)](const Result<int>& result) {
        seen = *result + *owned;
    });
    done(4);
    CHECK(seen == 7);
}

TEST_CASE("a waiter waits for an answer from another thread", "[completion]") {
    Waiter<int> waiter;
    std::thread thread([done = waiter.completion()]() mutable { done(9); });
    CHECK(*waiter.get() == 9);
    thread.join();
}

TEST_CASE("a waiter whose completion is dropped does not wait for ever", "[completion]") {
    Waiter<int> waiter;
    { const auto dropped = waiter.completion(); }
    CHECK(waiter.get().error().code == Errc::internal);
}
