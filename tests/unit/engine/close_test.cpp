#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

// Every use case, and what it is answered.
std::vector<Errc> codes_of_all(EngineFixture& on, ConversationId id, MessageId message) {
    CreateGroup group;
    group.name = "g";
    group.members = {bob};
    UpdateSettings settings;
    settings.conversation = id;
    DeleteMessage bury;
    bury.message = message;
    SendMessage reply;
    reply.conversation = id;
    reply.content = "x";
    reply.reply_to = message;
    std::vector<Errc> codes;
    const auto note = [&](const auto& answer) { codes.push_back(answer.error().code); };
    note(on.create_direct(alice, {carol, "{}"}));
    note(on.create_group(alice, group));
    note(on.update(alice, {id, "n", ""}));
    note(on.remove(alice, id));
    note(on.add_member(alice, id, carol));
    note(on.remove_member(alice, id, alice));
    note(on.update_settings(alice, settings));
    note(on.list(alice));
    note(on.show(alice, id));
    note(on.send(alice, id, "x"));
    note(on.send(alice, reply));
    note(on.edit(alice, message, "y"));
    note(on.remove(alice, bury));
    note(on.show(alice, message));
    note(on.page(alice, {id}));
    note(on.read(alice, {id, {}}));
    note(on.read(alice, {id, message}));
    note(on.delivered(alice, id, Mseq{1}));
    note(on.delivered(alice, id, message));
    note(on.react(alice, message, "x"));
    note(on.unreact(alice, message, "x"));
    note(on.reactions(alice, message));
    return codes;
}

const std::vector<Errc> all_closed(22, Errc::closed);

template <class Engine>
void use_after_close() {
    Engine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x").id;
    on.engine->close();
    on.engine->close();
    CHECK(codes_of_all(on, id, message) == all_closed);
    on.engine->presence().leave(id, alice, 1);
    on.engine->presence().typing(id, alice, true);
}

}  // namespace

TEST_CASE("a closed engine answers everything as closed", "[engine]") {
    use_after_close<InlineEngine>();
    use_after_close<ManualEngine>();
}

TEST_CASE("closing from the answer to a command only stops taking commands", "[engine]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x").id;
    SendMessage last;
    last.conversation = id;
    last.content = "closes";
    on.executor->hold();
    bool closed = false;
    on.engine->messages().send({alice, {}}, last, [&](const Result<Sent>&) {
        on.engine->close();
        closed = true;
        CHECK(codes_of_all(on, id, message) == all_closed);
    });
    const auto in_the_same_batch = on.send(bob, id, "taken before");
    on.executor->release();
    CHECK(closed);
    CHECK(in_the_same_batch.result());
    CHECK(codes_of_all(on, id, message) == all_closed);
    on.engine->close();
}

TEST_CASE("closing from the answer to a read lets what was taken be answered", "[engine]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x").id;
    on.executor->hold();
    on.engine->messages().page({alice, {}}, {id},
                               [&](const Result<MessagePage>&) { on.engine->close(); });
    const auto edited = on.edit(alice, message, "y");
    const auto marked = on.read(bob, {id, message});
    const auto shown = on.show(alice, id);
    on.executor->release();
    CHECK(edited.result());
    CHECK(marked.result());
    CHECK(shown.result());
    CHECK(on.send(alice, id, "z").error().code == Errc::closed);
}

TEST_CASE("closing from an event only stops taking commands", "[engine]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->on_deliver = [&](const Events&) { on.engine->close(); };
    CHECK(on.send(alice, id, "x").result());
    CHECK(on.send(alice, id, "y").error().code == Errc::closed);
    on.engine->close();
}

TEST_CASE("closing from a presence event does not wait for itself", "[engine]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->on_deliver = [&](const Events&) { on.engine->close(); };
    CHECK(on.engine->presence().join(id, {alice, 1, on.clock->now(), ""}).users == 1);
    on.executor->advance(std::chrono::seconds(1));
    CHECK(on.send(alice, id, "y").error().code == Errc::closed);
}

TEST_CASE("closing from an answer that was given at once closes altogether", "[engine]") {
    InlineEngine on;
    bool closed = false;
    on.engine->conversations().create_direct({alice, {}}, {alice, "{}"},
                                             [&](const Result<Conversation>& refused) {
                                                 CHECK(refused.error().code == Errc::with_self);
                                                 on.engine->close();
                                                 closed = true;
                                             });
    CHECK(closed);
    CHECK(on.list(alice).error().code == Errc::closed);
}

TEST_CASE("an engine that was closed may be destroyed, sinks and all", "[engine]") {
    const auto sink = std::make_shared<RecordingSink>();
    {
        InlineEngine on;
        on.engine->add_sink(sink);
        on.sent(alice, on.direct(alice, bob), "x");
        on.engine->close();
    }
    CHECK(sink->all().size() == 2);
    CHECK(sink.use_count() == 1);
}
