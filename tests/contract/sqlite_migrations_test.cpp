#include <array>
#include <thread>

#include "sql/migrate.hpp"
#include "sql/sql_tables.hpp"
#include "sqlite/sqlite_connection.hpp"
#include "sqlite_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::unique_ptr<sqlite::SqliteConnection> connect(const SqliteFixture& file) {
    return take(sqlite::SqliteConnection::open({.path = file.path()}, file.clock));
}

Result<void> migrate(const SqliteFixture& file, std::span<const sql::Migration> migrations) {
    return sql::migrate(*connect(file), sql::Dialect::sqlite, migrations, file.path());
}

/// Where the key ends in a list of all columns, in which a message's is one.
std::size_t columns_end(const std::string& columns, const sql::CopiedTable& table) {
    std::size_t end = 0;
    for (std::size_t left = table.key_columns - (table.by_message ? 1 : 0); left > 0; --left)
        end = std::min(columns.find(',', end == 0 ? 0 : end + 1), columns.size());
    return end;
}

constexpr std::array two_steps{sql::Migration{1, "first", "CREATE TABLE a (id {bigint});"},
                               sql::Migration{2, "second", "CREATE TABLE b (id {bigint});"}};

}  // namespace

TEST_CASE("embedded migrations are numbered from 1 without gaps", "[sqlite]") {
    const std::vector<sql::Migration> migrations = sql::embedded_migrations();
    REQUIRE_FALSE(migrations.empty());
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        CHECK(migrations[i].number == static_cast<int>(i) + 1);
        CHECK_FALSE(migrations[i].name.empty());
        CHECK_FALSE(migrations[i].text.empty());
    }
}

TEST_CASE("migrations are applied once, in order, and recorded", "[sqlite]") {
    SqliteFixture file;
    file.run("PRAGMA user_version = 0");
    take(migrate(file, std::span(two_steps).first(1)));
    CHECK(file.ask("SELECT count(*) FROM sqlite_schema WHERE name = 'b'") == "0");
    take(migrate(file, two_steps));
    take(migrate(file, two_steps));
    CHECK(file.ask("SELECT group_concat(number || name) FROM schema_migrations") ==
          "1first,2second");
    CHECK(file.ask("SELECT checksum FROM schema_migrations WHERE number = 2") ==
          sql::checksum(two_steps[1].text));
    CHECK(file.ask("SELECT applied_at FROM schema_migrations WHERE number = 1") ==
          std::to_string(file.clock->now().time_since_epoch().count()));
}

TEST_CASE("a migration that fails leaves nothing of itself and keeps those before it", "[sqlite]") {
    SqliteFixture file;
    file.run("PRAGMA user_version = 0");
    const std::array broken{
        two_steps[0], sql::Migration{2, "second", "CREATE TABLE b (id); CREATE TABLE a (id);"}};
    const Result<void> done = migrate(file, broken);
    REQUIRE_FALSE(done);
    CHECK(contains(done.error().text, "migration 2 (second)"));
    CHECK(file.ask("SELECT group_concat(name) FROM schema_migrations") == "first");
    CHECK(file.ask("SELECT count(*) FROM sqlite_schema WHERE name = 'b'") == "0");
    take(migrate(file, two_steps));
}

TEST_CASE("a database that knows more than this version is refused in words", "[sqlite]") {
    SqliteFixture file;
    file.open();
    file.close();
    file.run("INSERT INTO schema_migrations VALUES (99, 'from_the_future', 'x', 0)");
    const auto opened = file.try_open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::internal);
    CHECK(contains(opened.error().text, "migration 99 (from_the_future)"));
    CHECK(contains(opened.error().text, "newer version"));
    CHECK(contains(opened.error().text, file.path()));
}

TEST_CASE("a migration whose text has changed is refused in words", "[sqlite]") {
    SqliteFixture file;
    file.open();
    file.close();
    file.run("UPDATE schema_migrations SET checksum = '0000' WHERE number = 1");
    const auto opened = file.try_open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::internal);
    CHECK(contains(opened.error().text, "migration 1 (core)"));
    CHECK(contains(opened.error().text, "checksum"));
    CHECK(contains(opened.error().text, "0000"));
}

TEST_CASE("every column of a table that is copied to another database is copied", "[sqlite]") {
    SqliteFixture file;
    file.open();
    file.close();
    for (const sql::CopiedTable& table : sql::copied_tables()) {
        const std::string name(table.name);
        std::string columns = table.by_message ? "key" : "";
        for (std::size_t i = table.by_message ? 2 : 0; i < table.columns.size(); ++i)
            columns.append(columns.empty() ? "" : ",").append(table.columns[i].name);
        // But `changed`: it numbers the changes of one database.
        CHECK(file.ask("SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('" +
                       name + "') WHERE name <> 'changed' ORDER BY name)") ==
              file.ask("SELECT group_concat(value) FROM (SELECT value FROM json_each('[\"' || "
                       "replace('" +
                       columns + "', ',', '\",\"') || '\"]') ORDER BY value)"));
        CHECK(file.ask("SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('" +
                       name + "') WHERE pk > 0 ORDER BY pk)") ==
              columns.substr(0, columns_end(columns, table)));
    }
}

TEST_CASE("two that start at once apply each migration once", "[sqlite]") {
    SqliteFixture file;
    file.run("PRAGMA journal_mode = WAL");
    std::array<std::optional<Result<void>>, 2> done;
    {
        std::array<std::unique_ptr<sqlite::SqliteConnection>, 2> connections{connect(file),
                                                                             connect(file)};
        std::array<std::thread, 2> threads;
        for (std::size_t i = 0; i < 2; ++i) {
            threads[i] = std::thread([&, i] {
                done[i] = sql::migrate(*connections[i], sql::Dialect::sqlite, two_steps, "both");
            });
        }
        for (std::thread& thread : threads)
            thread.join();
    }
    for (const auto& result : done)
        take(*result);
    CHECK(file.ask("SELECT count(*) FROM schema_migrations") == "2");
}

TEST_CASE("the checksum is FNV-1a of 64 bits", "[sqlite]") {
    CHECK(sql::checksum("") == "cbf29ce484222325");
    CHECK(sql::checksum("a") == "af63dc4c8601ec8c");
    CHECK(sql::checksum("foobar") == "85944171f73967e8");
}
