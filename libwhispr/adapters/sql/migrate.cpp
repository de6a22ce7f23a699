#include "migrate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "migrations.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

// The lock is the transaction's own on SQLite; on PostgreSQL "create if not exists" alone can fail
// when two start at once.
constexpr std::string_view create_table =
    "@postgres SELECT pg_advisory_xact_lock(7521962890171213);\n"
    "CREATE TABLE IF NOT EXISTS schema_migrations (\n"
    "    number {bigint} PRIMARY KEY,\n"
    "    name {text} NOT NULL,\n"
    "    checksum {text} NOT NULL,\n"
    "    applied_at {bigint} NOT NULL\n"
    ");\n";

constexpr Statement read_applied{"read applied migrations", "beyond bigint",
                                 "SELECT a.number, a.name, a.checksum "
                                 "FROM {keys} schema_migrations a WHERE a.number > $beyond "
                                 "ORDER BY a.number"};

constexpr Statement record{"record a migration",
                           "number bigint, name text, checksum text, applied_at bigint",
                           "INSERT INTO schema_migrations (number, name, checksum, applied_at) "
                           "{values} $number, $name, $checksum, $applied_at {/values}"};

constexpr std::array statements{&read_applied, &record};

struct Applied {
    int number = 0;
    std::string name;
    std::string checksum;
};

std::string describe(int number, std::string_view name) {
    return "migration " + std::to_string(number) + " (" + std::string(name) + ")";
}

Error refusal(std::string text) {
    return {Errc::internal, std::move(text), {}};
}

Result<void> check(std::span<const Applied> applied, std::span<const Migration> migrations,
                   const std::string& database) {
    for (const Applied& past : applied) {
        const auto known =
            std::find_if(migrations.begin(), migrations.end(),
                         [&](const Migration& m) { return m.number == past.number; });
        if (known == migrations.end()) {
            return refusal("database " + database + " has " + describe(past.number, past.name) +
                           ", this version knows those up to " + std::to_string(migrations.size()) +
                           ": it was used by a newer version");
        }
        if (checksum(known->text) != past.checksum) {
            return refusal("database " + database + " was made with another text of " +
                           describe(past.number, past.name) + ": its checksum is " + past.checksum +
                           ", here it is " + checksum(known->text));
        }
    }
    return {};
}

/// Applies the next migration that is missing; true when there was one. Within a transaction.
Result<bool> step(Connection& connection, Dialect dialect, std::span<const Migration> migrations,
                  const std::string& database) {
    auto done = connection.script(expand_script(create_table, dialect));
    if (!done) return done.error();

    std::vector<Applied> applied;
    KeyRows keys;
    keys.row(0);
    auto ran = connection.run(read_applied, keys, [&](const Row& row) {
        Columns columns(row);
        const int number = static_cast<int>(columns.number());
        std::string name = columns.text();
        applied.push_back({number, std::move(name), columns.text()});
    });
    if (!ran) return ran.error();
    if (done = check(applied, migrations, database); !done) return done.error();

    const int newest = applied.empty() ? 0 : applied.back().number;
    if (newest == static_cast<int>(migrations.size())) return false;
    const Migration& next = migrations[static_cast<std::size_t>(newest)];
    done = connection.script(expand_script(next.text, dialect));
    if (!done) {
        done.error().text = describe(next.number, next.name) + ": " + done.error().text;
        return done.error();
    }
    const Result<Time> now = connection.now();
    if (!now) return now.error();
    const std::string name(next.name);
    const std::string sum = checksum(next.text);
    keys.clear();
    keys.row(next.number, name, sum, *now);
    ran = connection.run(record, keys, {});
    if (!ran) return ran.error();
    return true;
}

}  // namespace

std::span<const Statement* const> migration_statements() noexcept {
    return statements;
}

std::string checksum(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3;
    }
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
    std::string hex(digits.data(), end);
    return std::string(digits.size() - hex.size(), '0') + hex;
}

std::vector<Migration> embedded_migrations() {
    std::vector<Migration> all;
    for (const auto& [name, bytes] : migrations()) {
        Migration& migration = all.emplace_back();
        const std::size_t underscore = name.find('_');
        std::from_chars(name.data(), name.data() + underscore, migration.number);
        migration.name = name.substr(underscore + 1, name.find('.') - underscore - 1);
        migration.text = bytes;
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    return all;
}

Result<void> migrate(Connection& connection, Dialect dialect, std::span<const Migration> migrations,
                     const std::string& database) {
    for (;;) {
        if (auto begun = connection.begin(Mode::write); !begun) return begun;
        const Result<bool> more = step(connection, dialect, migrations, database);
        if (!more) {
            connection.rollback();
            return more.error();
        }
        if (auto ended = connection.commit(); !ended) return ended;
        if (!*more) return {};
    }
}

}  // namespace whispr::sql
