// `whispr migrate`: moves a whole store from SQLite to PostgreSQL, or back.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace whispr_cli {

struct MigrateOptions {
    std::string from;           ///< sqlite:PATH or postgres://…
    std::string to;             ///< the other one
    std::size_t batch = 4'000;  ///< rows of one transaction
    bool verify_only = false;   ///< compare, and change nothing
};

/// Copies what is not there yet, compares both sides, and says on `out` what it does. 0; 1 when
/// something failed or differs; 2 when an option is bad.
int migrate_store(const MigrateOptions& options, std::ostream& out, std::ostream& complaints);

}  // namespace whispr_cli
