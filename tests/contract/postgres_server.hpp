// A PostgreSQL of this process's own: made in a temporary folder, reached through a socket there,
// gone with the process.
#pragma once

#include <string>

#include "storage_contract.hpp"

namespace whispr::test {

class PostgresServer {
 public:
    /// Started when first asked for. Fails the test when it cannot be.
    static PostgresServer& instance();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// What libpq connects with.
    [[nodiscard]] std::string connection_string() const;

 private:
    PostgresServer();
    /// Runs a program of the server as a user that it accepts.
    void run(const std::string& program, const std::string& arguments) const;

    TemporaryFolder folder_;
    std::string programs_;
};

}  // namespace whispr::test
