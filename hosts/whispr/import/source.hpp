// The database that is imported: a PostgreSQL with the tables of the service before this one. It is
// read in one transaction that never writes, so that everything is of one moment.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/result.hpp"

struct pg_conn;
struct pg_result;

namespace whispr_cli {

struct FreeAnswer {
    void operator()(pg_result* answer) const noexcept;
};
using Answer = std::unique_ptr<pg_result, FreeAnswer>;

/// One thread at a time. The first failure stays: from then on every question is answered with
/// nothing, and who asks has to look at failure() before he acts on what he heard.
class Source {
 public:
    /// Connects, checks that the tables are those that are known, and begins the transaction. Fails
    /// with unavailable (no connection) or invalid (not a connection URL, other tables). No error
    /// says the password.
    [[nodiscard]] static whispr::Result<std::unique_ptr<Source>> open(const std::string& url);

    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source();

    /// Where it is, for people: "whispr_messaging_prod at db.example:5432".
    [[nodiscard]] const std::string& place() const noexcept { return place_; }
    /// Tells this database from others, wherever it is reached from.
    [[nodiscard]] const std::string& identity() const noexcept { return identity_; }

    /// Runs a statement; its rows come in binary form.
    [[nodiscard]] Answer ask(const std::string& sql);
    /// The number in the only column of the only row.
    [[nodiscard]] std::int64_t number(const std::string& sql);
    [[nodiscard]] const std::optional<whispr::Error>& failure() const noexcept { return failure_; }

 private:
    Source(pg_conn* connection, std::string password)
        : connection_(connection), password_(std::move(password)) {}

    whispr::Result<void> begin();
    whispr::Result<void> check_tables();
    void fail(const std::string& what);

    pg_conn* const connection_;
    const std::string password_;
    std::string place_;
    std::string identity_;
    std::optional<whispr::Error> failure_;
};

}  // namespace whispr_cli
