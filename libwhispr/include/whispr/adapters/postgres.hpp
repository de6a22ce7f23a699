// Storage in a PostgreSQL (15 or later), which any number of processes share.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "whispr/ports/clock.hpp"
#include "whispr/ports/log_sink.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

struct PostgresOptions {
    /// What libpq connects with: a URL (postgres://user:password@host:5432/database) or keywords.
    /// Of several hosts the one that takes writes is used.
    std::string connection{};
    /// How a standby of that server is reached, in the same forms, or empty. Readers ask it as long
    /// as it has replayed all that was committed before they ask, which the primary is asked for;
    /// else they ask the primary, also where the standby is lost, promoted, or of another history.
    /// Of several hosts one that is a standby is used.
    std::string replica{};
    /// Holds the tables; created when missing. A name of letters, digits and underscores.
    std::string schema = "whispr";
    /// How many transactions write at once. Each has a connection, as has each reader.
    std::size_t lanes = 8;
    /// For each host that is tried. Seconds at least.
    std::chrono::milliseconds connect_timeout{5'000};
    /// The longest that a statement may run or wait for a lock. A server that does not answer at
    /// all is given up five seconds later.
    std::chrono::milliseconds statement_timeout{15'000};
    /// Told of lost connections and of a database that is another one than before. May be null.
    std::shared_ptr<LogSink> log{};
};

/// Connects, and brings the tables up to date; safe when several processes do so at once. Fails
/// with invalid (not a connection string), unavailable (no server that takes writes answered),
/// internal (not allowed, written by a newer version, or it holds the tables of the service that
/// is imported from): the text names the database and the reason, never the password.
///
/// Time of batches is the database's; `clock` replaces it, for tests.
///
/// A connection that was lost is opened again when it is needed next. A commit whose answer was
/// lost is looked up by its transaction's number; what stays uncertain is outcome_unknown.
[[nodiscard]] Result<std::shared_ptr<Storage>> open_postgres_storage(
    PostgresOptions options, std::shared_ptr<Clock> clock = nullptr);

}  // namespace whispr
