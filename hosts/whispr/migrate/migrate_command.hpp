// `whispr migrate` and `whisprd migrate`: moves a whole store from SQLite to PostgreSQL, or back.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>

#include "whispr/result.hpp"

namespace whispr_cli {

struct MigrateOptions {
    std::string from;           ///< sqlite:PATH or postgres://…
    std::string to;             ///< the other one
    std::size_t batch = 4'000;  ///< rows of one transaction
    bool verify_only = false;   ///< compare, and change nothing
    std::string program = "whispr";
    std::string from_flag = "--from";  ///< what a complaint about `from` names
};

/// The store that a server is configured with, as `MigrateOptions::from`; the file's name is empty
/// when none was named. Fails with a text that may have several lines.
using ConfiguredStore = std::function<whispr::Result<std::string>(const std::string& config_file)>;

/// Copies what is not there yet, compares both sides, and says on `out` what it does. 0; 1 when
/// something failed or differs; 2 when an option is bad.
int migrate_store(const MigrateOptions& options, std::ostream& out, std::ostream& complaints);

/// A program whose first argument was `migrate`: the arguments are its, from its name on.
/// `configured` gives the store where --from does not. The exit code of the process.
int run_migrate(int argc, const char* const* argv, const std::string& program,
                ConfiguredStore configured);

}  // namespace whispr_cli
