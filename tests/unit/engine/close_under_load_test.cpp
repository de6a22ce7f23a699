#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "support/engine_fixture.hpp"
#include "whispr/adapters/memory.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

struct Threaded {
    Threaded()
        : options(local_engine_options(make_memory_storage(std::make_shared<ManualClock>()))) {
        open();
        Waiter<Conversation> created;
        engine->conversations().create_direct({alice, {}}, {bob, "{}"}, created.completion());
        id = created.get()->id;
    }
    void open() { engine = *Engine::open(options); }
    Mseq newest() {
        Waiter<Conversation> shown;
        engine->conversations().show({alice, {}}, id, shown.completion());
        return shown.get()->mseq;
    }

    EngineOptions options;
    std::unique_ptr<Engine> engine;
    ConversationId id;
};

/// How the calls of several threads ended.
struct Outcomes {
    std::atomic<int> asked{0};
    std::atomic<int> accepted{0};
    std::atomic<int> closed{0};
    std::atomic<int> others{0};

    template <class T>
    Completion<T> completion(std::atomic<int>& good) {
        return Completion<T>([this, &good](const Result<T>& result) {
            if (result) {
                ++good;
            } else if (result.error().code == Errc::closed) {
                ++closed;
            } else {
                ++others;
            }
        });
    }
};

// Sends, reads and marks until the engine says that it is closed.
void work(Engine& engine, ConversationId id, Outcomes& outcomes, std::atomic<int>& reads) {
    while (outcomes.closed == 0) {
        SendMessage message;
        message.conversation = id;
        message.content = "load";
        outcomes.asked += 3;
        engine.messages().send({alice, {}}, message, outcomes.completion<Sent>(outcomes.accepted));
        engine.messages().page({bob, {}}, {id}, outcomes.completion<MessagePage>(reads));
        engine.receipts().mark_read({bob, {}}, {id, {}}, outcomes.completion<ReadMark>(reads));
        while (outcomes.asked - outcomes.accepted - outcomes.closed - reads > 600) {
            std::this_thread::yield();
        }
    }
}

}  // namespace

TEST_CASE("an engine closed under load answers everything once and keeps what it accepted",
          "[engine][threads]") {
    Threaded on;
    Outcomes outcomes;
    std::atomic<int> reads{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] { work(*on.engine, on.id, outcomes, reads); });
    }
    while (outcomes.accepted < 300)
        std::this_thread::yield();
    on.engine->close();
    const int answered_by_then = outcomes.accepted;
    for (auto& thread : threads)
        thread.join();
    CHECK(outcomes.accepted == answered_by_then);
    CHECK(outcomes.accepted + outcomes.closed + reads == outcomes.asked);
    CHECK(outcomes.others == 0);
    on.engine.reset();
    on.open();
    CHECK(on.newest() == outcomes.accepted);
}

TEST_CASE("two threads may close an engine", "[engine][threads]") {
    Threaded on;
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] { on.engine->close(); });
    for (auto& thread : threads)
        thread.join();
    CHECK(on.engine->stats().lane_queued == 0);
}

TEST_CASE("an engine may end right after its last answer", "[engine][threads]") {
    Threaded on;
    for (int round = 0; round < 200; ++round) {
        on.engine.reset();
        on.open();
        Waiter<Sent> sent;
        SendMessage message;
        message.conversation = on.id;
        message.content = "x";
        on.engine->messages().send({alice, {}}, message, sent.completion());
        REQUIRE(sent.get());
    }
    CHECK(on.newest() == 200);
}

TEST_CASE("an answer on a lane's thread may close the engine", "[engine][threads]") {
    Threaded on;
    Waiter<Sent> after;
    SendMessage message;
    message.conversation = on.id;
    message.content = "x";
    on.engine->messages().send(
        {alice, {}}, message, [&, done = after.completion()](const Result<Sent>&) mutable {
            on.engine->close();
            on.engine->messages().send({alice, {}}, message, std::move(done));
        });
    CHECK(after.get().error().code == Errc::closed);
    on.engine.reset();
    on.open();
    CHECK(on.newest() == 1);
}

TEST_CASE("presence and typing from many threads while the engine closes", "[engine][threads]") {
    Threaded on;
    std::atomic<std::size_t> most{0};
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            auto& presence = on.engine->presence();
            for (std::uint64_t round = 0; round < 200; ++round) {
                const PresenceEntry entry{member_number(i), round, Time{}, ""};
                const auto state = presence.join(on.id, entry);
                if (state.users > most) most = state.users;
                presence.typing(on.id, entry.user, true);
                presence.leave(on.id, entry.user, round);
                if (i == 0 && round == 100) on.engine->close();
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(most >= 1);
    CHECK(most <= 4);
}
