#include <catch2/catch.hpp>
#include <map>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Error failure(Errc code) {
    return Error{code, "as the test ordered", {}};
}

bool is_poisoned(const ChangeSet& changes) {
    for (const auto& message : changes.messages_created) {
        if (message.content == "poison") return true;
    }
    return false;
}

std::map<std::string, MessageId> ids_of(const ChangeSet& changes) {
    std::map<std::string, MessageId> ids;
    for (const auto& message : changes.messages_created)
        ids[message.content] = message.id;
    return ids;
}

}  // namespace

TEST_CASE("one command that the database does not take does not fail the others", "[lane]") {
    for (const auto code : {Errc::already_exists, Errc::internal}) {
        ManualEngine on;
        const auto id = on.direct(alice, bob);
        std::map<std::string, MessageId> drawn;
        on.script->before_write = [&](const ChangeSet& changes) -> Result<void> {
            if (drawn.empty()) drawn = ids_of(changes);
            return is_poisoned(changes) ? Result<void>(failure(code)) : Result<void>();
        };
        on.executor->hold();
        on.sink->clear();
        const auto a = on.send(alice, id, "a");
        const auto poison = on.send(alice, id, "poison");
        const auto b = on.send(bob, id, "b");
        on.executor->release();
        CHECK(poison.error().code == code);
        // Numbers without a hole, and the ids drawn the first time.
        CHECK(a.value().message->mseq == 1);
        CHECK(b.value().message->mseq == 2);
        CHECK(a.value().message->id == drawn.at("a"));
        CHECK(b.value().message->id == drawn.at("b"));
        CHECK(on.engine->stats().batch_reruns == 1);
        const auto told = on.sink->all();
        REQUIRE(told.size() == 2);
        CHECK(told[0].eseq == 2);
        CHECK(told[1].eseq == 3);
        CHECK(on.contents(alice, id) == std::vector<std::string>{"b", "a"});
    }
}

TEST_CASE("a lone command that the database does not take is tried again when a key was taken",
          "[lane]") {
    for (const auto& [code, most_tries] :
         {std::pair{Errc::already_exists, 4}, std::pair{Errc::internal, 1}}) {
        InlineEngine on;
        const auto id = on.direct(alice, bob);
        int tries = 0;
        on.script->before_write = [&tries, code = code](const ChangeSet&) -> Result<void> {
            ++tries;
            return failure(code);
        };
        CHECK(on.send(alice, id, "x").error().code == code);
        CHECK(tries == most_tries);
        CHECK(on.engine->stats().batch_reruns == 0);
    }
}

TEST_CASE("a key that was taken meanwhile is found by the second attempt", "[lane]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    bool failed = false;
    on.script->before_write = [&](const ChangeSet&) -> Result<void> {
        if (std::exchange(failed, true)) return {};
        return failure(Errc::already_exists);
    };
    CHECK(on.sent(alice, id, "x").mseq == 1);
    CHECK(on.contents(alice, id) == std::vector<std::string>{"x"});
}

TEST_CASE("an unavailable database fails the whole batch, without a trace", "[lane]") {
    for (const int where : {0, 1, 2, 3}) {
        CAPTURE(where);
        ManualEngine on;
        const auto id = on.direct(alice, bob);
        on.sink->clear();
        const auto fail = [](const auto&...) -> Result<void> { return failure(Errc::unavailable); };
        if (where == 0) on.script->before_begin = fail;
        if (where == 1) on.script->before_load = fail;
        if (where == 2) on.script->before_write = fail;
        if (where == 3) on.script->before_commit = fail;
        on.executor->hold();
        const auto a = on.send(alice, id, "a");
        const auto b = on.send(bob, id, "b");
        on.executor->release();
        CHECK(a.error().code == Errc::unavailable);
        CHECK(b.error().code == Errc::unavailable);
        CHECK(on.script->begins == 2);
        CHECK(on.engine->stats().batch_reruns == 0);
        CHECK(on.engine->stats().refused == 2);
        CHECK(on.sink->all().empty());

        on.script->before_begin = nullptr;
        on.script->before_load = nullptr;
        on.script->before_write = nullptr;
        on.script->before_commit = nullptr;
        CHECK(on.sent(alice, id, "after").mseq == 1);
    }
}

TEST_CASE("a batch whose end is unknown is never run again", "[lane]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    SendMessage command;
    command.conversation = id;
    command.content = "once";
    command.op_id = OpId{numbered(1)};
    on.sink->clear();
    on.script->begins = 0;
    on.script->after_commit = []() -> Result<void> { return failure(Errc::outcome_unknown); };
    on.executor->hold();
    const auto a = on.send(alice, command);
    const auto b = on.send(bob, id, "b");
    on.executor->release();
    CHECK(a.error().code == Errc::outcome_unknown);
    CHECK(b.error().code == Errc::outcome_unknown);
    CHECK(on.script->begins == 1);
    CHECK(on.sink->all().empty());
    // It had happened; whoever asks again with the same operation finds it.
    on.script->after_commit = nullptr;
    const auto again = on.send(alice, command).value();
    CHECK(again.repeat);
    CHECK(again.message->mseq == 1);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"b", "once"});
}

TEST_CASE("when the database goes away while a batch is run command by command, the rest fails",
          "[lane]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    int writes = 0;
    on.script->before_write = [&](const ChangeSet&) -> Result<void> {
        ++writes;
        if (writes == 1) return failure(Errc::already_exists);
        if (writes >= 3) return failure(Errc::unavailable);
        return {};
    };
    on.executor->hold();
    const auto a = on.send(alice, id, "a");
    const auto b = on.send(alice, id, "b");
    const auto c = on.send(alice, id, "c");
    on.executor->release();
    CHECK(a.value().message->mseq == 1);
    CHECK(b.error().code == Errc::unavailable);
    CHECK(c.error().code == Errc::unavailable);
    CHECK(on.contents(alice, id) == std::vector<std::string>{"a"});
}

TEST_CASE("commands of every kind can be run again", "[lane]") {
    ManualEngine on;
    const auto group = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, group, "x").id;
    on.sent(alice, group, "y");
    REQUIRE(on.react(bob, message, "a").result());
    CreateGroup create;
    create.name = "new";
    create.members = {bob};
    DeleteMessage hide;
    hide.message = message;
    UpdateSettings mute;
    mute.conversation = group;
    mute.muted = true;
    on.executor->hold();
    // Those that look for a message first come to the lane in the first run.
    const auto edited = on.edit(alice, message, "edited");
    const auto reacted = on.react(carol, message, "b");
    const auto unreacted = on.unreact(bob, message, "a");
    const auto hidden = on.remove(carol, hide);
    on.executor->run_once();
    on.executor->run_once();
    const auto direct = on.create_direct(alice, {dave, "{}"});
    const auto created = on.create_group(alice, create);
    const auto renamed = on.update(alice, {group, "renamed", ""});
    const auto added = on.add_member(alice, group, erin);
    const auto removed = on.remove_member(alice, group, bob);
    const auto muted = on.update_settings(alice, mute);
    const auto read = on.read(carol, {group, {}});
    const auto delivered = on.delivered(erin, group, Mseq{2});
    bool failed = false;
    on.script->before_write = [&](const ChangeSet&) -> Result<void> {
        if (std::exchange(failed, true)) return {};
        return failure(Errc::already_exists);
    };
    on.executor->release();
    CHECK(edited.value()->content == "edited");
    CHECK(reacted.result());
    CHECK(unreacted.result());
    CHECK(hidden.result());
    CHECK(direct.result());
    CHECK(created.result());
    CHECK(renamed.result());
    CHECK(added.result());
    CHECK(removed.result());
    CHECK(muted.result());
    CHECK(read.result());
    CHECK(delivered.result());
    CHECK(on.engine->stats().batch_reruns == 1);
    CHECK(on.list(alice).value().conversations.size() == 3);
    CHECK(on.reactions(alice, message).value().size() == 1);
}
