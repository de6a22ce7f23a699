// Connections to PostgreSQL that are lost, and statements that fail, at every point of a batch.
#include <array>
#include <future>

#include "cutting_proxy.hpp"
#include "only_conversation.hpp"
#include "postgres_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using Cut = CuttingProxy::Cut;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A program that writes through a line which can be cut, and one that looks on.
struct OnLine {
    SharedSchema schema;
    CuttingProxy proxy;
    Program writer;
    Program looker;

    explicit OnLine(PostgresServer& server = PostgresServer::instance(),
                    const std::string& role = "postgres")
        : schema(server), proxy(server.socket()), writer(options(role)), looker(schema, "looker") {
        CHECK_FALSE(send_next(*writer.lane));
    }

    [[nodiscard]] PostgresOptions options(const std::string& role) const {
        PostgresOptions options = schema.options("writer");
        options.connection = proxy.connection_string() + " application_name=writer user=" + role;
        options.statement_timeout = std::chrono::milliseconds(500);
        return options;
    }
    [[nodiscard]] std::vector<Mseq> stored() const { return stored_numbers(*looker.reader); }
};

/// One of our own, with writes that stay in memory for as long as nobody needs them on the disk,
/// and without the standby that some may ask for.
PostgresServer& own_server() {
    static PostgresServer server(
        "-c wal_writer_delay=10s -c bgwriter_delay=10s -c autovacuum=off "
        "-c synchronous_standby_names=nobody -c synchronous_commit=local");
    return server;
}

}  // namespace

TEST_CASE("a connection that was lost while idle is opened again without a word", "[postgres]") {
    SharedSchema schema;
    Program program{schema, "program"};
    CHECK_FALSE(send_next(*program.lane));
    for (int i = 0; i < 3; ++i) {
        schema.terminate("program");
        CHECK_FALSE(send_next(*program.lane));
        schema.terminate("program");
        CHECK(stored_numbers(*program.reader) == up_to(2 + i));
        schema.terminate("program");
        take(program.storage->ping());
    }
}

TEST_CASE("a connection that is lost within a transaction ends it, and nothing was done",
          "[postgres]") {
    SharedSchema schema;
    Program program{schema, "program"};
    CHECK_FALSE(send_next(*program.lane));
    LaneStorage& lane = *program.lane;
    const Locked locked = take(lane.begin(only_conversation()));
    Error error;
    SECTION("before it has loaded") {
        schema.terminate("program");
        const auto loaded = lane.load({.users = {user(1)}});
        REQUIRE_FALSE(loaded);
        error = loaded.error();
    }
    SECTION("before it has written") {
        take(lane.load({.users = {user(1)}}));
        schema.terminate("program");
        Result<void> done = lane.write(next_message(locked));
        if (done) done = lane.commit();
        REQUIRE_FALSE(done);
        error = done.error();
    }
    SECTION("after it has written") {
        take(lane.write(next_message(locked)));
        schema.terminate("program");
        const auto committed = lane.commit();
        REQUIRE_FALSE(committed);
        error = committed.error();
    }
    CHECK(error.code == Errc::unavailable);
    CHECK(contains(error.text, "database postgres at"));
    lane.rollback();
    CHECK(stored_numbers(*program.reader) == up_to(1));
    CHECK_FALSE(send_next(lane));
    CHECK(stored_numbers(*program.reader) == up_to(2));
}

TEST_CASE("a reader that is lost between its statements is unavailable, and then back",
          "[postgres]") {
    SharedSchema schema;
    Program program{schema, "program"};
    CHECK_FALSE(send_next(*program.lane));
    (void)stored_numbers(*program.reader);
    schema.terminate("program");
    CHECK(stored_numbers(*program.reader) == up_to(1));
}

TEST_CASE("a commit that the server never heard of has not happened", "[postgres]") {
    OnLine on;
    for (int i = 0; i < 3; ++i) {
        on.proxy.cut_next(Cut::before);
        const std::optional<Error> error = send_next(*on.writer.lane);
        REQUIRE(error);
        CHECK(error->code == Errc::unavailable);
        CHECK(on.stored() == up_to(1));
    }
    CHECK_FALSE(send_next(*on.writer.lane));
    CHECK(on.stored() == up_to(2));
}

TEST_CASE("a commit whose answer was lost is found to have happened", "[postgres]") {
    OnLine on;
    for (int i = 0; i < 3; ++i) {
        on.proxy.cut_next(Cut::after);
        CHECK_FALSE(send_next(*on.writer.lane));
        CHECK(on.stored() == up_to(2 + i));
    }
    CHECK_FALSE(send_next(*on.writer.lane));
    CHECK(on.stored() == up_to(5));
}

TEST_CASE("a commit that a pooler calls lost is looked up", "[postgres]") {
    OnLine on;
    on.proxy.cut_next(Cut::ended);
    CHECK_FALSE(send_next(*on.writer.lane));
    CHECK(on.stored() == up_to(2));
}

TEST_CASE("a commit whose answer does not come is looked up, too", "[postgres]") {
    OnLine on;
    on.proxy.cut_next(Cut::unheard);
    CHECK_FALSE(send_next(*on.writer.lane));
    CHECK(on.stored() == up_to(2));
    CHECK_FALSE(send_next(*on.writer.lane));
}

TEST_CASE("a commit is not taken for another one that got its number after a crash", "[postgres]") {
    PostgresServer& server = own_server();
    OnLine on(server);
    (void)server.ask("CHECKPOINT");
    const Locked locked = take(on.writer.lane->begin(only_conversation()));
    take(on.writer.lane->write(next_message(locked)));
    const std::string number = server.ask(
        "SELECT backend_xid::text::bigint FROM pg_stat_activity "
        "WHERE application_name = 'writer' AND backend_xid IS NOT NULL");
    REQUIRE_FALSE(number.empty());
    on.proxy.cut_next(Cut::before, true);
    auto committing = std::async(std::launch::async, [&] { return on.writer.lane->commit(); });
    on.proxy.wait_for_cut();
    server.stop("immediate");
    server.start();
    // The crash has taken the number with it: it is given out again, and that one is committed.
    const long lost = std::stol(number);
    long given = std::stol(server.ask("SELECT pg_current_xact_id()::text"));
    CHECK(given <= lost);
    while (given < lost)
        given = std::stol(server.ask("SELECT pg_current_xact_id()::text"));
    on.proxy.admit();
    const Result<void> committed = committing.get();
    REQUIRE_FALSE(committed);
    CHECK(committed.error().code == Errc::outcome_unknown);
    on.writer.lane->rollback();
    CHECK(on.stored() == up_to(1));
    CHECK_FALSE(send_next(*on.writer.lane));
    CHECK(on.stored() == up_to(2));
}

TEST_CASE("a commit that no standby has confirmed is not taken for done", "[postgres]") {
    PostgresServer& server = own_server();
    (void)server.ask("CREATE ROLE careful LOGIN SUPERUSER");
    OnLine on(server, "careful");
    // From its next connection on this one waits for a standby, which is not there.
    (void)server.ask("ALTER ROLE careful SET synchronous_commit = on");
    on.schema.terminate("writer");
    const Locked locked = take(on.writer.lane->begin(only_conversation()));
    take(on.writer.lane->write(next_message(locked)));
    auto committing = std::async(std::launch::async, [&] { return on.writer.lane->commit(); });
    on.schema.wait_until_waiting("writer", "SyncRep");
    on.schema.terminate("writer");
    const Result<void> committed = committing.get();
    (void)server.ask("ALTER ROLE careful RESET synchronous_commit");
    on.schema.terminate("writer");
    REQUIRE_FALSE(committed);
    CHECK(committed.error().code == Errc::outcome_unknown);
    on.writer.lane->rollback();
    CHECK(on.stored() == up_to(2));
    CHECK_FALSE(send_next(*on.writer.lane));
}

TEST_CASE("while the server is away everything is unavailable, and then all is as before",
          "[postgres]") {
    PostgresServer& server = own_server();
    const char* const mode = GENERATE("fast", "immediate");
    SharedSchema schema(server);
    Program program{schema, "program"};
    CHECK_FALSE(send_next(*program.lane));
    const Uuid epoch = program.storage->epoch();
    server.stop(mode);
    for (int i = 0; i < 3; ++i) {
        const std::optional<Error> error = send_next(*program.lane);
        REQUIRE(error);
        CHECK(error->code == Errc::unavailable);
        CHECK(contains(error->text, "there is no connection"));
        const auto read = program.reader->access(id<ConversationId>(1), user(1));
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::unavailable);
        CHECK(program.storage->ping().error().code == Errc::unavailable);
    }
    CHECK(contains(program.log->errors(), "there is no connection"));
    server.start();
    // Right after a failure the next one comes without a look.
    while (send_next(*program.lane)) {
    }
    CHECK(stored_numbers(*program.reader) == up_to(2));
    CHECK(program.storage->epoch() == epoch);
}

TEST_CASE("what the server refuses is told as what it is, and leaves nothing", "[postgres]") {
    struct Refusal {
        const char* state;
        Errc code;
        const char* text;
    };
    const std::array refusals{
        Refusal{"53100", Errc::unavailable, "the disk is full"},
        Refusal{"53200", Errc::unavailable, "cannot be used now"},
        Refusal{"57014", Errc::unavailable, "it took too long"},
        Refusal{"58030", Errc::unavailable, "cannot be used now"},
        Refusal{"25006", Errc::unavailable, "takes no writes"},
        Refusal{"25P03", Errc::unavailable, "stood still for too long"},
        Refusal{"40001", Errc::stale, "in the way"},
        Refusal{"40P01", Errc::stale, "in the way"},
        Refusal{"55P03", Errc::stale, "in the way"},
        Refusal{"23505", Errc::already_exists, "exists already"},
        Refusal{"42501", Errc::internal, "not allowed"},
        Refusal{"XX001", Errc::internal, "refused"},
    };
    SharedSchema schema;
    Program program{schema, "program"};
    CHECK_FALSE(send_next(*program.lane));
    Mseq stored = 1;
    for (const Refusal& refusal : refusals) {
        INFO(refusal.state);
        (void)schema.ask(
            "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'as the test ordered' USING ERRCODE = '" +
            std::string(refusal.state) +
            "'; END $$; CREATE TRIGGER fail BEFORE INSERT ON messages "
            "FOR EACH ROW EXECUTE FUNCTION fail()");
        const std::optional<Error> error = send_next(*program.lane, "the content");
        (void)schema.ask("DROP TRIGGER fail ON messages");
        REQUIRE(error);
        CHECK(error->code == refusal.code);
        CHECK(contains(error->text, refusal.text));
        CHECK(contains(error->text, "as the test ordered"));
        CHECK_FALSE(contains(error->text, "the content"));
        CHECK(stored_numbers(*program.reader) == up_to(stored));
        CHECK_FALSE(send_next(*program.lane));
        ++stored;
    }
}

TEST_CASE("a statement that takes too long is stopped, and nothing was done", "[postgres]") {
    OnLine on;
    (void)on.schema.ask(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(600); RETURN new; END $$; "
        "CREATE TRIGGER dawdle BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION dawdle()");
    const std::optional<Error> error = send_next(*on.writer.lane);
    REQUIRE(error);
    CHECK(error->code == Errc::unavailable);
    CHECK(contains(error->text, "it took too long"));
    (void)on.schema.ask("DROP TRIGGER dawdle ON messages");
    CHECK(on.stored() == up_to(1));
    CHECK_FALSE(send_next(*on.writer.lane));
    CHECK(on.stored() == up_to(2));
}

TEST_CASE("tables that were changed under prepared statements are read anew", "[postgres]") {
    SharedSchema schema;
    Program program{schema, "program"};
    CHECK_FALSE(send_next(*program.lane));
    CHECK(stored_numbers(*program.reader) == up_to(1));
    (void)schema.ask("ALTER TABLE conversations ALTER COLUMN member_count TYPE numeric");
    (void)schema.ask("ALTER TABLE conversations ALTER COLUMN member_count TYPE bigint");
    (void)schema.ask("ALTER TABLE messages ADD COLUMN later bigint");
    CHECK_FALSE(send_next(*program.lane));
    CHECK(stored_numbers(*program.reader) == up_to(2));
}
