#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

constexpr NodeId node = 77;
constexpr auto patience = std::chrono::milliseconds(50);

/// The test is all the other nodes.
class OtherNodes final : public EventBus {
 public:
    void start(Receiver& receiver) override { here = &receiver; }
    void stop() noexcept override { stopped = true; }
    void publish(const std::shared_ptr<const Events>& events) noexcept override {
        published.insert(published.end(), events->begin(), events->end());
    }
    void publish_presence(std::vector<PresenceDelta> changes) noexcept override {
        for (PresenceDelta& delta : changes)
            presence.push_back(std::move(delta));
    }
    void publish_whole_presence(std::vector<PresenceDelta> present) noexcept override {
        whole.push_back(std::move(present));
    }

    Receiver* here = nullptr;
    bool stopped = false;
    Events published;
    std::vector<PresenceDelta> presence;
    std::vector<std::vector<PresenceDelta>> whole;
};

/// A group whose history an engine without other nodes has written, opened as one of several nodes.
struct Node : ManualEngine {
    Node() {
        id = group(alice, {bob});
        for (const char* text : {"1", "2", "3", "4"})
            sent(alice, id, text);
        written = sink->all();
        options.bus = bus;
        restart();
        sink->clear();
    }
    /// What the bus would carry of the change with this number.
    [[nodiscard]] Events carried(Eseq eseq) const {
        Events events;
        for (const Event& event : written) {
            if (event.eseq == eseq) events.push_back(event);
        }
        return events;
    }
    [[nodiscard]] std::vector<Eseq> told() const {
        std::vector<Eseq> eseqs;
        for (const Event& event : sink->all())
            eseqs.push_back(event.eseq);
        return eseqs;
    }

    const std::shared_ptr<OtherNodes> bus = std::make_shared<OtherNodes>();
    ConversationId id;
    std::vector<Event> written;
};

using Eseqs = std::vector<Eseq>;

PresenceEntry entry(UserId user, std::uint64_t session) {
    return {user, session, Time{std::chrono::seconds(1)}, ""};
}

}  // namespace

TEST_CASE("what a node commits goes to the others, and is told here", "[engine]") {
    Node on;
    const Message message = on.sent(bob, on.id, "hello");
    REQUIRE(on.bus->published.size() == 1);
    CHECK(on.bus->published[0].eseq == message.eseq);
    CHECK(on.told() == Eseqs{message.eseq});
    on.engine->close();
    CHECK(on.bus->stopped);
}

TEST_CASE("what others tell is told here in order, also between this node's own", "[engine]") {
    Node on;
    on.bus->here->receive(node, on.carried(2));
    on.bus->here->receive(node, on.carried(4));
    CHECK(on.told() == Eseqs{2});
    on.bus->here->receive(node, on.carried(3));
    on.bus->here->receive(node, on.carried(5));
    CHECK(on.told() == Eseqs{2, 3, 4, 5});
    on.sent(alice, on.id, "here");
    CHECK(on.told().back() == 6);
    CHECK(std::get<MessageCreated>(on.sink->all()[1].what).message->content == "2");
}

TEST_CASE("what does not come is read from the store, after a moment", "[engine]") {
    Node on;
    on.bus->here->receive(node, on.carried(2));
    on.bus->here->receive(node, on.carried(5));
    on.executor->advance(patience - std::chrono::microseconds(1));
    CHECK(on.told() == Eseqs{2});
    on.executor->advance(2 * patience);
    CHECK(on.told() == Eseqs{2, 3, 4, 5});
    const auto told = on.sink->all();
    const auto& read = std::get<MessageCreated>(told[1].what);
    CHECK(read.message->content == "2");
    CHECK(told[1].audience->users == std::vector{alice, bob});
    CHECK(on.bus->published.empty());
}

TEST_CASE("an own commit behind a hole waits for what lies before it", "[engine]") {
    Node on;
    on.bus->here->receive(node, on.carried(2));
    on.sent(bob, on.id, "here");
    CHECK(on.told() == Eseqs{2});
    on.executor->advance(2 * patience);
    CHECK(on.told() == Eseqs{2, 3, 4, 5, 6});
}

TEST_CASE("while the bus is away the store is compared once a second", "[engine]") {
    Node on;
    on.bus->here->receive(node, on.carried(2));
    on.bus->here->interrupted();
    on.executor->advance(std::chrono::milliseconds(1));
    CHECK(on.told() == Eseqs{2, 3, 4, 5});
    on.executor->advance(std::chrono::seconds(3));
    CHECK(on.told() == Eseqs{2, 3, 4, 5});
    on.bus->here->restored();
    on.executor->advance(std::chrono::seconds(2));
    CHECK(on.executor->timers() == 0);
}

TEST_CASE("where somebody is present, what was missed is found by its time", "[engine]") {
    Node on;
    on.engine->presence().join(on.id, entry(bob, 1)).entries.clear();
    on.executor->advance(std::chrono::seconds(1));
    on.sink->clear();
    SECTION("what is older was told already") {
        on.clock->advance(std::chrono::minutes(1));
        on.bus->here->missed(std::chrono::seconds(1));
        on.executor->advance(std::chrono::milliseconds(1));
        CHECK(on.told().empty());
    }
    SECTION("what is newer is told") {
        on.bus->here->missed(std::chrono::minutes(1));
        on.executor->advance(std::chrono::milliseconds(1));
        CHECK(on.told() == Eseqs{1, 2, 3, 4, 5});
        CHECK(on.sink->of<ConversationCreated>().size() == 1);
    }
}

TEST_CASE("members who have left, roles and names are read, too", "[engine]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob, carol});
    on.sent(alice, id, "1");
    const auto first = on.sink->all().back();
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(on.remove_member(alice, id, carol).result());
    UpdateConversation rename;
    rename.conversation = id;
    rename.name = "renamed";
    REQUIRE(on.update(alice, std::move(rename)).result());
    const auto last = on.sink->all().back();
    const auto bus = std::make_shared<OtherNodes>();
    on.options.bus = bus;
    on.restart();
    on.sink->clear();
    bus->here->receive(node, {first});
    bus->here->interrupted();
    on.executor->advance(std::chrono::milliseconds(1));
    CHECK(on.sink->of<MemberRemoved>().size() == 1);
    REQUIRE(on.sink->of<ConversationUpdated>().size() == 1);
    const auto updated = on.sink->of<ConversationUpdated>()[0];
    CHECK(updated.eseq == last.eseq);
    CHECK(updated.audience->users == std::vector{alice, bob});
    // The one that the bus brought, and the system's word about Carol.
    CHECK(on.sink->of<MessageCreated>().size() == 2);
}

TEST_CASE("who is present on another node is present here, until the node is lost", "[engine]") {
    Node on;
    on.engine->presence().join(on.id, entry(alice, 1)).entries.clear();
    on.executor->advance(std::chrono::milliseconds(250));
    REQUIRE(on.bus->presence.size() == 1);
    CHECK(on.bus->presence[0].joins == std::vector{entry(alice, 1)});
    on.sink->clear();

    on.bus->here->receive_presence(node, {{on.id, {entry(bob, 1)}, {}}});
    on.executor->advance(std::chrono::milliseconds(250));
    CHECK(on.sink->last<PresenceChanged>().joins.size() == 1);
    CHECK(on.sink->last<PresenceChanged>().users == 2);
    CHECK(on.bus->presence.size() == 1);

    on.bus->here->node_found(node);
    REQUIRE(on.bus->whole.size() == 1);
    REQUIRE(on.bus->whole[0].size() == 1);
    CHECK(on.bus->whole[0][0].joins == std::vector{entry(alice, 1)});

    // The same again changes nothing; others than before come and go.
    on.sink->clear();
    on.bus->here->replace_presence(node, {{on.id, {entry(bob, 1)}, {}}});
    on.executor->advance(std::chrono::milliseconds(250));
    CHECK(on.sink->of<PresenceChanged>().empty());
    on.bus->here->replace_presence(node, {{on.id, {entry(carol, 2)}, {}}});
    on.executor->advance(std::chrono::milliseconds(250));
    CHECK(on.sink->last<PresenceChanged>().gone == std::vector{bob});
    CHECK(on.sink->last<PresenceChanged>().joins.at(0).user == carol);

    on.bus->here->node_lost(node);
    on.executor->advance(std::chrono::milliseconds(250));
    CHECK(on.sink->last<PresenceChanged>().gone == std::vector{carol});
    CHECK(on.sink->last<PresenceChanged>().users == 1);
}

TEST_CASE("who is present is told whole when the bus comes back: what changed went to nobody",
          "[engine]") {
    Node on;
    on.engine->presence().join(on.id, entry(alice, 1)).entries.clear();
    on.executor->advance(std::chrono::milliseconds(250));
    on.bus->here->interrupted();
    CHECK(on.bus->whole.empty());
    on.bus->here->restored();
    REQUIRE(on.bus->whole.size() == 1);
    REQUIRE(on.bus->whole[0].size() == 1);
    CHECK(on.bus->whole[0][0].joins == std::vector{entry(alice, 1)});
}

TEST_CASE("what was told is not told again when the bus is away for long", "[engine]") {
    Node on;
    on.engine->presence().join(on.id, entry(bob, 1)).entries.clear();
    on.bus->here->interrupted();
    on.executor->advance(std::chrono::milliseconds(500));
    on.sink->clear();
    // What other nodes have committed is found once, and the conversation is forgotten in the end.
    for (int minute = 0; minute < 25; ++minute) {
        on.clock->advance(std::chrono::minutes(1));
        on.executor->advance(std::chrono::seconds(2));
    }
    CHECK(on.told().empty());
    on.sent(alice, on.id, "here");
    CHECK(on.told() == Eseqs{6});
}

TEST_CASE("typing goes to other nodes, who is present and reports do not", "[engine]") {
    Node on;
    on.engine->presence().join(on.id, entry(alice, 1)).entries.clear();
    on.engine->presence().typing(on.id, alice, true);
    on.executor->advance(std::chrono::milliseconds(300));
    REQUIRE(on.bus->published.size() == 1);
    CHECK(std::holds_alternative<Typing>(on.bus->published[0].what));
    FileReport report;
    report.reported = bob;
    report.category = ReportCategory::spam;
    Answer<Report> filed;
    on.engine->moderation().report({alice, {}}, std::move(report), filed.completion());
    REQUIRE(filed.result());
    CHECK(on.bus->published.size() == 1);
}
