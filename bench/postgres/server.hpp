// A PostgreSQL for one run: it writes to the disk as one in service does, and is gone with the
// object.
#pragma once

#include <chrono>
#include <string>

#include "store/scratch.hpp"

namespace bench {

class PostgresServer {
 public:
    /// Starts it, below WHISPR_BENCH_DIR.
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// What libpq connects with.
    [[nodiscard]] std::string connection_string() const;
    /// Runs statements; gives the first column of the first row.
    std::string run(const std::string& sql) const;
    /// What its processes that are alive have used so far, all together.
    [[nodiscard]] std::chrono::nanoseconds cpu() const;

 private:
    [[nodiscard]] bool call(const std::string& program, const std::string& arguments) const;

    ScratchFolder folder_;
    std::string programs_;
};

}  // namespace bench
