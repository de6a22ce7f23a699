// Brings a database's tables up to date: numbered files, embedded in the binary, forward only, each
// in a transaction of its own, safe when several servers start at once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"
#include "dialect.hpp"

namespace whispr::sql {

struct Migration {
    int number = 0;
    std::string_view name;
    std::string_view text;
};

/// Those of schema/migrations, by number from 1 without gaps.
[[nodiscard]] std::vector<Migration> embedded_migrations();

/// Applies what is missing. Fails with internal when the database knows more than `migrations`, or
/// knows another text of one: `database` names it in the error.
[[nodiscard]] Result<void> migrate(Connection& connection, Dialect dialect,
                                   std::span<const Migration> migrations,
                                   const std::string& database);

/// What tells that a migration's text has changed since: FNV-1a, 64 bits, in hexadecimal.
[[nodiscard]] std::string checksum(std::string_view text);

[[nodiscard]] std::span<const Statement* const> migration_statements() noexcept;

}  // namespace whispr::sql
