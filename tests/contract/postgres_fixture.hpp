// Programs that share one schema of a PostgreSQL, each with its own storage, lane and reader.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "postgres_server.hpp"
#include "storage_contract.hpp"
#include "whispr/adapters/postgres.hpp"
#include "whispr/ports/log_sink.hpp"

namespace whispr::test {

class KeptLog final : public LogSink {
 public:
    void log(LogLevel level, std::string_view text) noexcept override;
    /// What was logged as an error, line by line.
    [[nodiscard]] std::string errors() const;

 private:
    mutable std::mutex mutex_;
    std::string errors_;
};

/// A schema of its own, dropped at the end.
class SharedSchema {
 public:
    explicit SharedSchema(PostgresServer& server = PostgresServer::instance());
    ~SharedSchema();
    SharedSchema(const SharedSchema&) = delete;
    SharedSchema& operator=(const SharedSchema&) = delete;

    [[nodiscard]] PostgresServer& server() const { return server_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    /// For a program that the server knows by that name.
    [[nodiscard]] PostgresOptions options(const std::string& program) const;
    /// Runs SQL within the schema.
    std::string ask(const std::string& sql) const;
    /// Returns when that many connections of the program wait, as the server says, for `event`.
    void wait_until_waiting(const std::string& program, const std::string& event = "Lock",
                            int count = 1) const;
    /// Ends its connections, as an operator does; returns when they are gone.
    void terminate(const std::string& program) const;

 private:
    PostgresServer& server_;
    std::string name_;
};

class Program {
 public:
    explicit Program(PostgresOptions options);
    Program(const SharedSchema& schema, const std::string& name) : Program(schema.options(name)) {}

    std::shared_ptr<KeptLog> log = std::make_shared<KeptLog>();
    std::shared_ptr<Storage> storage;
    std::unique_ptr<LaneStorage> lane;
    std::unique_ptr<ReadStorage> reader;
};

}  // namespace whispr::test
