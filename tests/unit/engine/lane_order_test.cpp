#include <catch2/catch.hpp>
#include <functional>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

SendMessage words(ConversationId id, std::string content) {
    SendMessage command;
    command.conversation = id;
    command.content = std::move(content);
    return command;
}

}  // namespace

TEST_CASE("a batch is told after its commit and before its answers", "[lane]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    on.script->commits = 0;
    std::string order;
    on.script->after_commit = [&]() -> Result<void> {
        order += "commit ";
        return {};
    };
    on.sink->on_deliver = [&](const Events& events) {
        order += "told " + std::to_string(events.size()) + " ";
    };
    on.executor->hold();
    for (const auto* name : {"a", "b"}) {
        on.engine->messages().send({alice, {}}, words(id, name),
                                   [&, name](const Result<Sent>&) { order += name; });
    }
    on.executor->release();
    CHECK(order == "commit told 2 ab");
}

TEST_CASE("changes are told in the order of their numbers, over batches and use cases", "[lane]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob});
    for (int round = 0; round < 5; ++round) {
        on.executor->hold();
        const auto a = on.send(alice, id, "x");
        const auto b = on.add_member(alice, id, carol);
        const auto c = on.update(bob, {id, "name " + std::to_string(round), ""});
        const auto d = on.send(carol, id, "y");
        const auto e = on.remove_member(alice, id, carol);
        on.executor->release();
        for (const bool accepted :
             {a.result().has_value(), b.result().has_value(), c.result().has_value(),
              d.result().has_value(), e.result().has_value()}) {
            CHECK(accepted);
        }
    }
    Eseq expected = 0;
    for (const auto& event : on.sink->all())
        CHECK(event.eseq == ++expected);
    CHECK(expected == 1 + 5 * 7);
    CHECK(on.show(alice, id).value().eseq == expected);
}

TEST_CASE("a callback may call back in, and is answered after it has returned", "[lane]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    std::string order;
    on.engine->messages().send({alice, {}}, words(id, "first"), [&](const Result<Sent>&) {
        order += "[";
        on.engine->messages().send({bob, {}}, words(id, "second"), [&](const Result<Sent>& sent) {
            order += std::to_string(sent->message->mseq);
        });
        on.engine->messages().page({bob, {}}, {id}, [&](const Result<MessagePage>& page) {
            order += "p" + std::to_string(page->messages.size());
        });
        order += "]";
    });
    // The second send found its lane at work and was done by it before the page.
    CHECK(order == "[]2p2");
}

TEST_CASE("a sink may call the engine", "[lane]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->on_deliver = [&](const Events& events) {
        for (const auto& event : events) {
            const auto* created = std::get_if<MessageCreated>(&event.what);
            if (created == nullptr || created->message->sender != alice) continue;
            on.engine->messages().send({bob, {}}, words(id, "echo " + created->message->content),
                                       [](const Result<Sent>&) {});
        }
    };
    on.sent(alice, id, "one");
    CHECK(on.contents(alice, id) == std::vector<std::string>{"echo one", "one"});
}

TEST_CASE("a callback may add and remove sinks", "[lane]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto late = std::make_shared<RecordingSink>();
    on.engine->messages().send({alice, {}}, words(id, "x"), [&](const Result<Sent>&) {
        on.engine->add_sink(late);
        on.engine->remove_sink(on.sink);
    });
    on.sink->clear();
    on.sent(alice, id, "y");
    CHECK(on.sink->all().empty());
    CHECK(late->of<MessageCreated>().size() == 1);
}

TEST_CASE("a chain of calls from callbacks does not grow the stack", "[lane]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    int left = 5'000;
    std::function<void()> next = [&] {
        if (--left < 0) return;
        on.engine->messages().send({alice, {}}, words(id, "x"),
                                   [&](const Result<Sent>&) { next(); });
    };
    next();
    CHECK(on.show(alice, id).value().mseq == 5'000);
}

TEST_CASE("events are counted, and told to every sink alike", "[lane]") {
    InlineEngine on;
    const auto second = std::make_shared<RecordingSink>();
    on.engine->add_sink(second);
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "x");
    CHECK(on.sink->batches() == second->batches());
    CHECK(on.engine->stats().events == 2);
    CHECK(on.engine->stats().commands == 2);
    CHECK(on.engine->stats().refused == 0);
}
