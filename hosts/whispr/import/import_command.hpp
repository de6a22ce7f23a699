// `whispr import`: moves the database of the service before this one into a store of ours.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace whispr_cli {

struct ImportOptions {
    std::string from;           ///< postgres://…
    std::string to;             ///< path of a SQLite file
    std::size_t batch = 2'000;  ///< messages of one transaction
    bool dry_run = false;       ///< look at both sides, and change nothing
    bool verify_only = false;   ///< compare, and change nothing
};

/// Imports what is not there yet, compares both sides, and says on `out` what it does. 0; 1 when
/// something failed or differs; 2 when an option is bad.
int import_database(const ImportOptions& options, std::ostream& out, std::ostream& complaints);

}  // namespace whispr_cli
