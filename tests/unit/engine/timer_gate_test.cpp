#include "engine/timer_gate.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>

using whispr::TimerGate;

TEST_CASE("a gate lets tasks in until it is closed", "[engine]") {
    TimerGate gate;
    {
        const TimerGate::Pass one(gate);
        const TimerGate::Pass two(gate);
        CHECK(one);
        CHECK(two);
    }
    gate.close();
    gate.close();
    const TimerGate::Pass late(gate);
    CHECK_FALSE(late);
}

TEST_CASE("closing a gate waits for the task inside", "[engine][threads]") {
    TimerGate gate;
    std::latch inside(1);
    std::atomic<bool> done{false};
    std::thread task([&] {
        const TimerGate::Pass pass(gate);
        inside.count_down();
        for (int i = 0; i < 100; ++i)
            std::this_thread::yield();
        done = true;
    });
    inside.wait();
    gate.close();
    CHECK(done);
    task.join();
}
