// A mark of unread is set by a command that does not exist yet, so these tests write it as storage.
#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"
#include "whispr/adapters/memory.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

// Marks the conversation unread for bob from the first message on.
void mark_unread(Storage& storage, ConversationId id) {
    const auto lane = *storage.open_lane();
    LockKeys lock;
    lock.conversations = {id};
    const auto locked = *lane->begin(lock);
    LoadKeys load;
    load.own = {{locked.conversations.at(0).no, bob}};
    auto loaded = *lane->load(load);
    ChangeSet changes;
    auto membership = loaded.own.at(0).membership;
    membership.unread_from = 1;
    changes.memberships.push_back({id, membership, false});
    REQUIRE(lane->write(changes));
    REQUIRE(lane->commit());
}

struct Marked {
    Marked() {
        options = local_engine_options(make_memory_storage(clock));
        options.executor = make_inline_executor();
        options.clock = clock;
        open();
        Answer<Conversation> created;
        engine->conversations().create_direct({alice, {}}, {bob, "{}"}, created.completion());
        id = created.value().id;
        for (int i = 0; i < 3; ++i) {
            SendMessage message;
            message.conversation = id;
            message.content = "x";
            engine->messages().send({alice, {}}, message, Answer<Sent>().completion());
        }
    }
    void open() { engine = *Engine::open(options); }
    ReadMark read() {
        Answer<ReadMark> mark;
        engine->receipts().mark_read({bob, {}}, {id, {}}, mark.completion());
        return mark.value();
    }
    std::uint32_t unread() {
        Answer<Conversation> shown;
        engine->conversations().show({bob, {}}, id, shown.completion());
        return shown.value().unread;
    }

    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    EngineOptions options;
    std::unique_ptr<Engine> engine;
    ConversationId id;
};

}  // namespace

TEST_CASE("a conversation marked unread counts from the mark, whatever was read", "[receipts]") {
    Marked on;
    CHECK(on.read().read_mseq == 3);
    CHECK(on.unread() == 0);
    on.engine.reset();
    mark_unread(*on.options.storage, on.id);
    on.open();
    CHECK(on.unread() == 3);
}

TEST_CASE("the next read clears the mark and is told, but moves no position", "[receipts]") {
    Marked on;
    CHECK(on.read().read_mseq == 3);
    on.engine.reset();
    mark_unread(*on.options.storage, on.id);
    on.open();
    const auto sink = std::make_shared<RecordingSink>();
    on.engine->add_sink(sink);
    const auto mark = on.read();
    CHECK(mark.read_mseq == 3);
    CHECK(mark.marked == 0);
    CHECK(on.unread() == 0);
    REQUIRE(sink->of<ReadMoved>().size() == 1);
    CHECK(sink->last<ReadMoved>().read_mseq == 3);
    REQUIRE(sink->of<SettingsChanged>().size() == 1);
    CHECK(sink->of<SettingsChanged>()[0].useq == 1);
    // It is cleared once.
    CHECK(on.read().read_mseq == 3);
    CHECK(sink->all().size() == 2);
}
