// How often a batch goes to the server and back: a number that does not depend on its size.
#include "cutting_proxy.hpp"
#include "only_conversation.hpp"
#include "postgres_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

/// A program whose way to the server is watched. Its conversation has ten messages.
struct Watched {
    SharedSchema schema;
    CuttingProxy proxy{schema.server().socket()};
    Program program{options()};
    LaneStorage& lane = *program.lane;

    Watched() {
        for (int i = 0; i < 10; ++i)
            CHECK_FALSE(send_next(lane));
        // The row of a user who had none is made.
        take(lane.begin({}));
        take(lane.load({.users = {user(1)}}));
        ChangeSet changes;
        changes.users = {{user(1), 1}};
        take(lane.write(changes));
        take(lane.commit());
    }

    [[nodiscard]] PostgresOptions options() const {
        PostgresOptions options = schema.options("watched");
        options.connection = proxy.connection_string() + " application_name=watched";
        return options;
    }

    template <class Function>
    int round_trips_of(Function function) {
        const int before = proxy.round_trips();
        function();
        return proxy.round_trips() - before;
    }
};

ChangeSet messages_after(const ConversationRow& last, int count) {
    ChangeSet changes;
    ConversationRow row = last;
    for (int i = 0; i < count; ++i) {
        MessageRow message;
        message.conversation = row.id;
        message.mseq = ++row.mseq;
        message.last_eseq = ++row.eseq;
        message.id = id<MessageId>(static_cast<std::uint64_t>(message.mseq));
        message.sender = user(1);
        message.client_random = message.mseq;
        message.content = std::string(400, 'x');
        changes.messages_created.push_back(message);
    }
    changes.conversations = {{row, false, false}};
    return changes;
}

}  // namespace

TEST_CASE("a batch of sends costs three round trips, however many they are", "[postgres]") {
    Watched on;
    for (const int count : {1, 100, 1}) {
        INFO(count);
        ConversationRow row;
        CHECK(on.round_trips_of([&] {
            row = take(on.lane.begin(only_conversation())).conversations.front();
        }) == 1);
        LoadKeys keys;
        keys.members_of = {row.no};
        for (int i = 0; i < count; ++i)
            keys.sends.push_back({row.no, user(1), row.mseq + 1 + i, id<OpId>(7)});
        CHECK(on.round_trips_of([&] { take(on.lane.load(keys)); }) == 1);
        CHECK(on.round_trips_of([&] {
            take(on.lane.write(messages_after(row, count)));
            take(on.lane.commit());
        }) == 1);
    }
    CHECK(stored_numbers(*on.program.reader) == up_to(112));
}

TEST_CASE("whatever a batch loads comes in one round trip", "[postgres]") {
    Watched on;
    const std::int64_t no = take(on.lane.begin(only_conversation())).conversations.front().no;
    LoadKeys keys;
    keys.members_of = {no};
    keys.own = {{no, user(1)}};
    keys.users = {user(1)};
    keys.list_pins_of = {user(1)};
    keys.messages = {{no, 1}, {no, 2}};
    keys.reactions_of = keys.messages;
    keys.sends = {{no, user(1), 1, id<OpId>(1)}};
    keys.newly_read = {{no, user(1)}};
    keys.newly_delivered = {{no, user(1)}};
    keys.pins.of = {no};
    keys.attachments.of = keys.messages;
    keys.drafts.of = {{no, user(1)}};
    keys.schedules.ids = {id<ScheduleId>(1)};
    keys.schedules.pending_of = {user(1)};
    keys.moderation.sanctions_of = {{no, user(1)}};
    keys.sender_keys.of = {user(1)};
    CHECK(on.round_trips_of([&] { CHECK(take(on.lane.load(keys)).messages.size() == 2); }) == 1);
    on.lane.rollback();
}

TEST_CASE("changes of rows that have to be there are looked at before the commit", "[postgres]") {
    Watched on;
    const ConversationRow row = take(on.lane.begin(only_conversation())).conversations.front();
    ChangeSet changes = messages_after(row, 2);
    changes.positions = {{row.id, {.user = user(1), .read_mseq = row.mseq}, false}};
    changes.reactions_added = {{row.id, {.mseq = 1, .user = user(1), .reaction = "x"}, true}};
    changes.users = {{user(1), 2}};
    CHECK(on.round_trips_of([&] {
        take(on.lane.write(changes));
        take(on.lane.commit());
    }) == 2);
}

TEST_CASE("a batch that creates conversations asks for their numbers first", "[postgres]") {
    Watched on;
    ChangeSet changes;
    for (std::uint64_t number = 2; number < 30; ++number) {
        ConversationRow row;
        row.id = id<ConversationId>(number);
        changes.conversations.push_back({row, true, false});
        changes.members.push_back({row.id, {.user = user(number)}, true});
    }
    CHECK(on.round_trips_of([&] { take(on.lane.begin({})); }) == 1);
    CHECK(on.round_trips_of([&] {
        take(on.lane.write(changes));
        take(on.lane.commit());
    }) == 2);
}

TEST_CASE("a change that is refused together with its commit has not happened", "[postgres]") {
    Watched on;
    const Locked locked = take(on.lane.begin(only_conversation()));
    ChangeSet changes = messages_after(locked.conversations.front(), 3);
    changes.messages_created.back().id = id<MessageId>(1);
    Result<void> done = on.lane.write(changes);
    if (done) done = on.lane.commit();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::already_exists);
    CHECK(done.error().text.find("create message ids: a key exists already") != std::string::npos);
    // It is over: nothing is held, and the next one goes on.
    CHECK_FALSE(send_next(on.lane));
    CHECK(stored_numbers(*on.program.reader) == up_to(11));
}
