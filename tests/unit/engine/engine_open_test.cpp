#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"
#include "whispr/adapters/memory.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

EngineOptions complete() {
    const auto clock = std::make_shared<ManualClock>();
    auto options = local_engine_options(make_memory_storage(clock));
    options.executor = make_inline_executor();
    options.clock = clock;
    return options;
}

}  // namespace

TEST_CASE("an engine needs all its ports but the log", "[engine]") {
    CHECK(Engine::open(complete()));
    const auto missing = [](auto EngineOptions::*port) {
        auto options = complete();
        options.*port = nullptr;
        const auto opened = Engine::open(options);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::invalid);
        return opened.error().text;
    };
    CHECK(missing(&EngineOptions::storage) == "storage is missing");
    CHECK(missing(&EngineOptions::executor) == "executor is missing");
    CHECK(missing(&EngineOptions::clock) == "clock is missing");
    CHECK(missing(&EngineOptions::ids) == "ids is missing");
}

TEST_CASE("an engine that cannot open its storage says why and leaves nothing open", "[engine]") {
    auto options = complete();
    const auto script = std::make_shared<StorageScript>();
    options.storage = make_scripted_storage(options.storage, script);
    script->open_lane = Error{Errc::unavailable, "no lane", {}};
    CHECK(Engine::open(options).error().text == "no lane");
    script->open_lane = Result<void>();
    script->open_reader = Error{Errc::unavailable, "no reader", {}};
    CHECK(Engine::open(options).error().text == "no reader");
    script->open_reader = Result<void>();
    CHECK(Engine::open(options));
}

TEST_CASE("a store with one lane serves one engine at a time", "[engine]") {
    const auto options = complete();
    auto first = Engine::open(options);
    REQUIRE(first);
    CHECK(Engine::open(options).error().code == Errc::unavailable);
    first->reset();
    CHECK(Engine::open(options));
}

TEST_CASE("what one engine stored the next one finds", "[engine]") {
    const auto options = complete();
    ConversationId id;
    {
        const auto engine = *Engine::open(options);
        Answer<Conversation> created;
        engine->conversations().create_direct({alice, {}}, {bob, "{}"}, created.completion());
        id = created.value().id;
    }
    const auto engine = *Engine::open(options);
    Answer<Conversation> shown;
    engine->conversations().show({bob, {}}, id, shown.completion());
    CHECK(shown.value().member_count == 2);
}

TEST_CASE("an engine tells its limits, and whether its storage answers", "[engine]") {
    Limits limits;
    limits.content_bytes = 10;
    InlineEngine on(limits);
    CHECK(on.engine->limits().content_bytes == 10);
    CHECK(on.engine->ping());
    CHECK(on.send(alice, on.direct(alice, bob), "12345678901").error().code == Errc::invalid);
}

TEST_CASE("an engine without readers asked for has one", "[engine]") {
    Limits limits;
    limits.readers = 0;
    InlineEngine on(limits);
    CHECK(on.list(alice).result());
}

TEST_CASE("what goes wrong in a lane goes to the log, without what was said", "[engine]") {
    struct Lines final : LogSink {
        void log(LogLevel, std::string_view text) noexcept override { all += text; }
        std::string all;
    };
    auto options = complete();
    const auto lines = std::make_shared<Lines>();
    const auto script = std::make_shared<StorageScript>();
    options.log = lines;
    options.storage = make_scripted_storage(options.storage, script);
    const auto engine = *Engine::open(options);
    Answer<Conversation> created;
    engine->conversations().create_direct({alice, {}}, {bob, "{}"}, created.completion());
    script->before_commit = []() -> Result<void> {
        return Error{Errc::unavailable, "the disk is full", {}};
    };
    SendMessage command;
    command.conversation = created.value().id;
    command.content = "secret";
    const auto send = [&] {
        engine->messages().send({alice, {}}, command, Answer<Sent>().completion());
    };
    send();
    CHECK(lines->all == "batch failed: the disk is full");
    // Once for as long as it fails alike.
    send();
    CHECK(lines->all == "batch failed: the disk is full");
    script->before_commit = nullptr;
    send();
    script->before_commit = []() -> Result<void> {
        return Error{Errc::unavailable, "the disk is full", {}};
    };
    send();
    CHECK(lines->all == "batch failed: the disk is fullbatch failed: the disk is full");
}

TEST_CASE("two engines in one process know nothing of each other", "[engine]") {
    InlineEngine one;
    InlineEngine two;
    const auto id = one.direct(alice, bob);
    CHECK(two.show(alice, id).error().code == Errc::conversation_not_found);
    CHECK(two.direct(alice, bob) == id);  // their ids are counted alike
    one.sent(alice, id, "in one");
    CHECK(two.contents(alice, id).empty());
    one.engine->close();
    two.sent(alice, id, "in two");
    CHECK(two.contents(bob, id) == std::vector<std::string>{"in two"});
}

TEST_CASE("one engine may forward to another from its events", "[engine]") {
    InlineEngine from;
    InlineEngine to;
    const auto here = from.direct(alice, bob);
    const auto there = to.direct(carol, dave);
    from.sink->on_deliver = [&](const Events& events) {
        for (const auto& event : events) {
            const auto* created = std::get_if<MessageCreated>(&event.what);
            if (created != nullptr) to.sent(carol, there, created->message->content);
        }
    };
    from.sent(alice, here, "passed on");
    CHECK(to.contents(dave, there) == std::vector<std::string>{"passed on"});
}

TEST_CASE("two engines may share an executor and a clock", "[engine]") {
    const auto clock = std::make_shared<ManualClock>();
    const auto executor = make_inline_executor();
    EngineFixture one(executor, clock);
    EngineFixture two(executor, clock);
    one.sent(alice, one.direct(alice, bob), "one");
    two.sent(alice, two.direct(alice, bob), "two");
    one.engine.reset();
    CHECK(two.list(alice).value().conversations.size() == 1);
}
