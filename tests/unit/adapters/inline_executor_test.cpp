#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <string>
#include <thread>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("a woken step runs inside the call", "[local]") {
    const auto executor = make_inline_executor();
    CHECK(executor->time_stands_still());
    int runs = 0;
    const auto worker = executor->start_worker("w", [&] { ++runs; });
    CHECK(runs == 0);
    worker->wake();
    CHECK(runs == 1);
}

TEST_CASE("a step woken from a step runs after it, on the same stack height", "[local]") {
    const auto executor = make_inline_executor();
    std::string order;
    std::unique_ptr<Executor::Worker> a;
    std::unique_ptr<Executor::Worker> b;
    int left = 2;
    a = executor->start_worker("a", [&] {
        order += "(a";
        if (left-- > 0) a->wake();
        b->wake();
        order += ")";
    });
    b = executor->start_worker("b", [&] { order += "b"; });
    a->wake();
    CHECK(order == "(a)(a)b(a)bb");
}

TEST_CASE("a worker that ended does not begin again", "[local]") {
    const auto executor = make_inline_executor();
    int runs = 0;
    auto doomed = executor->start_worker("d", [&] { ++runs; });
    const auto killer = executor->start_worker("k", [&] {
        doomed->wake();
        doomed.reset();
    });
    killer->wake();
    CHECK(runs == 0);
}

TEST_CASE("ending a worker waits for its step on another thread", "[local][threads]") {
    const auto executor = make_inline_executor();
    std::latch inside(1);
    std::atomic<bool> done{false};
    auto worker = executor->start_worker("w", [&] {
        inside.count_down();
        for (int i = 0; i < 100; ++i)
            std::this_thread::yield();
        done = true;
    });
    std::thread thread([&, raw = worker.get()] { raw->wake(); });
    inside.wait();
    worker.reset();
    CHECK(done);
    thread.join();
}

TEST_CASE("timers run in the order of their moments when time is moved on", "[local]") {
    const auto executor = make_inline_executor();
    std::string order;
    executor->run_after(std::chrono::milliseconds(20), [&] { order += "b"; });
    executor->run_after(std::chrono::milliseconds(10), [&] {
        order += "a";
        executor->run_after(std::chrono::milliseconds(5), [&] { order += "x"; });
    });
    executor->run_after(std::chrono::milliseconds(20), [&] { order += "c"; });
    executor->run_after(std::chrono::milliseconds(31), [&] { order += "never"; });
    CHECK(order.empty());
    executor->advance(std::chrono::milliseconds(9));
    CHECK(order.empty());
    executor->advance(std::chrono::milliseconds(21));
    CHECK(order == "axbc");
}

TEST_CASE("two threads may use an engine on the inline executor", "[local][threads]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    std::atomic<int> answers{0};
    const auto send = [&](UserId user) {
        for (int i = 0; i < 500; ++i) {
            SendMessage command;
            command.conversation = id;
            command.content = "x";
            on.engine->messages().send({user, {}}, command,
                                       [&](const Result<Sent>& sent) { answers += sent ? 1 : 0; });
        }
    };
    std::thread one([&] { send(alice); });
    std::thread two([&] { send(bob); });
    one.join();
    two.join();
    // Whoever was last to work has done what the other left.
    CHECK(answers == 1'000);
    CHECK(on.show(alice, id).value().mseq == 1'000);
    Eseq expected = 0;
    for (const auto& event : on.sink->all())
        REQUIRE(event.eseq == ++expected);
}
