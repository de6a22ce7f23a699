#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <thread>

#include "whispr/adapters/local.hpp"

using namespace whispr;

TEST_CASE("a woken step runs on a thread of its own", "[local][threads]") {
    const auto executor = make_thread_executor();
    CHECK_FALSE(executor->time_stands_still());
    std::promise<std::thread::id> ran;
    const auto worker = executor->start_worker("a name that is longer than fifteen letters",
                                               [&] { ran.set_value(std::this_thread::get_id()); });
    worker->wake();
    CHECK(ran.get_future().get() != std::this_thread::get_id());
}

TEST_CASE("a step begins after every wake, and never runs twice at once", "[local][threads]") {
    const auto executor = make_thread_executor();
    std::atomic<int> given{0};
    std::atomic<int> taken{0};
    std::atomic<int> inside{0};
    std::atomic<bool> overlapped{false};
    std::latch all(2'000);
    const auto worker = executor->start_worker("w", [&] {
        if (++inside > 1) overlapped = true;
        for (; taken < given; ++taken)
            all.count_down();
        --inside;
    });
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 1'000; ++n) {
                ++given;
                worker->wake();
            }
        });
    }
    all.wait();
    for (auto& thread : threads)
        thread.join();
    CHECK(taken == 2'000);
    CHECK_FALSE(overlapped);
}

TEST_CASE("ending a worker waits for its step", "[local][threads]") {
    const auto executor = make_thread_executor();
    std::latch inside(1);
    std::atomic<bool> done{false};
    auto worker = executor->start_worker("w", [&] {
        inside.count_down();
        for (int i = 0; i < 100; ++i)
            std::this_thread::yield();
        done = true;
    });
    worker->wake();
    inside.wait();
    worker.reset();
    CHECK(done);
}

TEST_CASE("timers run in the order of their moments", "[local][threads]") {
    const auto executor = make_thread_executor();
    std::string order;
    std::latch both(2);
    executor->run_after(std::chrono::milliseconds(3), [&] {
        order += "b";
        both.count_down();
    });
    executor->run_after(std::chrono::milliseconds(0), [&] {
        order += "a";
        both.count_down();
    });
    both.wait();
    CHECK(order == "ab");
}

TEST_CASE("a timer that still waits never runs when the executor ends", "[local][threads]") {
    std::atomic<bool> ran{false};
    {
        const auto executor = make_thread_executor();
        executor->run_after(std::chrono::hours(1), [&] { ran = true; });
    }
    CHECK_FALSE(ran);
}

TEST_CASE("the last owner of an executor may be one of its own timers", "[local][threads]") {
    std::promise<void> ended;
    struct Last {
        explicit Last(std::promise<void>& p) : promise(p) {}
        ~Last() { promise.set_value(); }
        std::promise<void>& promise;
    };
    std::promise<void> started;
    std::promise<void> let_go;
    auto executor = make_thread_executor();
    // Ends after the executor it is declared before.
    auto last = std::make_shared<Last>(ended);
    executor->run_after(std::chrono::milliseconds(0),
                        [last, executor, go = let_go.get_future().share(), &started] {
                            started.set_value();
                            go.wait();
                        });
    started.get_future().wait();
    last.reset();
    executor.reset();
    let_go.set_value();
    ended.get_future().wait();
    CHECK(executor == nullptr);
}

TEST_CASE("a timer may start timers and workers", "[local][threads]") {
    const auto executor = make_thread_executor();
    std::latch both(2);
    std::unique_ptr<Executor::Worker> worker;
    executor->run_after(std::chrono::milliseconds(0), [&] {
        executor->run_after(std::chrono::milliseconds(0), [&] {
            worker = executor->start_worker("late", [&] { both.count_down(); });
            worker->wake();
            both.count_down();
        });
    });
    both.wait();
    CHECK(worker != nullptr);
}
