// A PostgreSQL of this process's own: made in a temporary folder, reached through a socket there,
// gone with the object, or with the process.
#pragma once

#include <string>

#include "storage_contract.hpp"

namespace whispr::test {

class PostgresServer {
 public:
    /// The one that tests share, started when first asked for.
    static PostgresServer& instance();
    /// One of the test's own, started. `settings` as on its command line ("-c name=value").
    /// Everything here fails the test when it does not work.
    explicit PostgresServer(std::string settings = {});
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// What libpq connects with.
    [[nodiscard]] std::string connection_string() const;
    [[nodiscard]] std::string socket() const;
    /// Statements of the test's own, as the server's owner; gives the first column of the first
    /// row. `may_fail`: nothing then, and no failure.
    std::string ask(const std::string& sql, const std::string& database = "postgres",
                    bool may_fail = false) const;
    /// "fast", as an operator ends it, or "immediate", which is a crash.
    void stop(const std::string& mode);
    void start();

 private:
    /// Runs a program of the server as a user that it accepts.
    void run(const std::string& program, const std::string& arguments) const;

    TemporaryFolder folder_;
    const std::string settings_;
    std::string programs_;
    bool runs_ = false;
};

}  // namespace whispr::test
