// What PostgreSQL storage finds when it is opened.
#include <array>
#include <thread>

#include "only_conversation.hpp"
#include "postgres_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

Error refused(const PostgresOptions& options) {
    const auto opened = open_postgres_storage(options);
    if (opened) FAIL("it was opened");
    return opened.error();
}

/// A database of its own, dropped at the end.
struct OtherDatabase {
    OtherDatabase() { (void)PostgresServer::instance().ask("CREATE DATABASE other"); }
    ~OtherDatabase() {
        try {
            (void)PostgresServer::instance().ask("DROP DATABASE other WITH (FORCE)");
        } catch (...) {
            (void)std::fputs("the database could not be dropped\n", stderr);
        }
    }
    OtherDatabase(const OtherDatabase&) = delete;
    OtherDatabase& operator=(const OtherDatabase&) = delete;
};

}  // namespace

TEST_CASE("those that start at once on an empty database all get their tables", "[postgres]") {
    for (int round = 0; round < 8; ++round) {
        SharedSchema schema;
        constexpr std::size_t programs = 6;
        std::array<std::optional<Result<std::shared_ptr<Storage>>>, programs> opened;
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < programs; ++i) {
            threads.emplace_back(
                [&, i] { opened[i] = open_postgres_storage(schema.options("many")); });
        }
        for (std::thread& thread : threads)
            thread.join();
        const Uuid epoch = take(*opened.front())->epoch();
        CHECK_FALSE(epoch == Uuid{});
        for (const auto& one : opened)
            CHECK(take(*one)->epoch() == epoch);
        CHECK(schema.ask("SELECT count(*) = max(number) FROM schema_migrations") == "t");
    }
}

TEST_CASE("a schema that a newer version has written is refused in words", "[postgres]") {
    SharedSchema schema;
    { const Program maker{schema, "maker"}; }
    (void)schema.ask("INSERT INTO schema_migrations VALUES (99, 'from_the_future', 'x', 0)");
    const Error error = refused(schema.options("older"));
    CHECK(error.code == Errc::internal);
    CHECK(contains(error.text, "migration 99 (from_the_future)"));
    CHECK(contains(error.text, "newer version"));
    CHECK(contains(error.text, "database postgres at"));
}

TEST_CASE("a database with another service's tables is refused, and left as it is", "[postgres]") {
    const OtherDatabase other;
    PostgresOptions options;
    options.connection = PostgresServer::instance().connection_string() + " dbname=other";
    const auto in_other = [&](const std::string& sql) {
        PostgresServer& server = PostgresServer::instance();
        return server.ask(sql, "other");
    };
    (void)in_other("CREATE TABLE conversation_members (id int)");
    {
        // One of the two tables alone is anybody's.
        take(open_postgres_storage(options));
        (void)in_other("DROP SCHEMA whispr CASCADE");
    }
    (void)in_other("CREATE TABLE delivery_statuses (id int)");
    const Error error = refused(options);
    CHECK(error.code == Errc::internal);
    CHECK(contains(error.text, "database other at"));
    CHECK(contains(error.text, "whispr import"));
    CHECK(in_other("SELECT to_regnamespace('whispr') IS NULL") == "t");
}

TEST_CASE("what cannot be connected to is told in words, without the password", "[postgres]") {
    (void)PostgresServer::instance().ask("CREATE ROLE with_password LOGIN PASSWORD 'right-secret'");
    const std::string socket = PostgresServer::instance().connection_string();
    struct Wrong {
        std::string connection;
        Errc code;
        std::string said;
    };
    const std::array all{
        Wrong{socket + " user=with_password password=wrong-secret", Errc::unavailable,
              "password authentication failed for user \"with_password\""},
        Wrong{socket + " user=nobody_here", Errc::unavailable,
              "role \"nobody_here\" does not exist"},
        Wrong{socket + " dbname=nowhere password=wrong-secret", Errc::unavailable,
              "database \"nowhere\" does not exist"},
        Wrong{"postgres://me:wrong-secret@127.0.0.1:1/db", Errc::unavailable, "db at 127.0.0.1:1"},
        Wrong{"no such thing wrong-secret", Errc::invalid, "not a connection string"},
        Wrong{"postgres://me:wrong-secret@[::1/db", Errc::invalid, "not a connection string"},
        // A password's own @ and / have to be written as %40 and %2F: the rest of it would be taken
        // for a host or a port, and told.
        Wrong{"postgres://me:pass@wrong-secret@127.0.0.1:1/db", Errc::invalid, "%40"},
        Wrong{"postgres://me:wrong-secret/pass@127.0.0.1:1/db", Errc::invalid, "%2F"},
    };
    for (const Wrong& wrong : all) {
        INFO(wrong.connection);
        PostgresOptions options;
        options.connection = wrong.connection;
        const Error error = refused(options);
        CHECK(error.code == wrong.code);
        CHECK(contains(error.text, wrong.said));
        CHECK_FALSE(contains(error.text, "secret"));
    }
    (void)PostgresServer::instance().ask("DROP ROLE with_password");
}

TEST_CASE("a schema's name is not taken for SQL", "[postgres]") {
    PostgresOptions options;
    options.connection = PostgresServer::instance().connection_string();
    for (const char* const name : {"", "a;b", "A", "1a", "a\"b", "a b"}) {
        INFO(name);
        options.schema = name;
        CHECK(refused(options).code == Errc::invalid);
    }
}

TEST_CASE("a history that the server does not know draws a new epoch, once", "[postgres]") {
    SharedSchema schema;
    Program before{schema, "before"};
    const Uuid first = before.storage->epoch();
    CHECK_FALSE(first == Uuid{});
    { const Program again{schema, "again"}; }
    CHECK(Program(schema, "again").storage->epoch() == first);

    const std::string history = schema.ask("SELECT history FROM store");
    (void)schema.ask("UPDATE store SET history = 'other'");
    // Whoever connects next finds it; so do those that have been there, with their next connection.
    const Program after{schema, "after"};
    const Uuid second = after.storage->epoch();
    CHECK_FALSE(second == first);
    CHECK(schema.ask("SELECT history FROM store") == history);
    CHECK(before.storage->epoch() == first);
    take(before.storage->open_lane());
    CHECK(before.storage->epoch() == second);
    CHECK(contains(before.log->errors(), "another history"));
    CHECK(Program(schema, "again").storage->epoch() == second);
}

TEST_CASE("a lane that was lost reports the new epoch when it is back", "[postgres]") {
    SharedSchema schema;
    Program program{schema, "program"};
    CHECK_FALSE(send_next(*program.lane));
    const Uuid first = program.storage->epoch();
    (void)schema.ask("UPDATE store SET history = 'other'");
    schema.terminate("program");
    CHECK_FALSE(send_next(*program.lane));
    CHECK_FALSE(program.storage->epoch() == first);
}

TEST_CASE("asking for the epoch does not wait for the database", "[postgres]") {
    SharedSchema schema;
    Program program{schema, "program"};
    const Uuid first = program.storage->epoch();
    Program holder{schema, "holder"};
    (void)schema.ask("UPDATE store SET history = 'other'");
    // Held until this connection is closed, which is when the next line waits no more.
    std::thread held([&] {
        (void)schema.server().ask("SET application_name = held; BEGIN; UPDATE " + schema.name() +
                                      ".store SET history = 'another'; SELECT pg_sleep(600)",
                                  "postgres", true);
    });
    schema.wait_until_waiting("held", "PgSleep");
    std::thread opening([&] { (void)program.storage->open_lane(); });
    schema.wait_until_waiting("program");
    CHECK(program.storage->epoch() == first);
    CHECK(schema.server().ask("SELECT count(*) FROM pg_stat_activity WHERE "
                              "application_name = 'program' AND wait_event_type = 'Lock'") == "1");
    schema.terminate("held");
    held.join();
    opening.join();
    CHECK_FALSE(program.storage->epoch() == first);
}
