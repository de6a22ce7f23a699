// The commands of `whispr`. Each registers its flags and, when the user names it, leaves what is to
// be done in `action`.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace whispr_cli {

// Does the work of a command after all flags were read; its result is the exit code of the process.
using Action = std::function<int()>;

// `whispr token`: a token of development mode. Requires: `action` outlives the parsing of `app`.
void add_token_command(CLI::App& app, Action& action);
// `whispr import`: the database of the service before this one. Requires: as above.
void add_import_command(CLI::App& app, Action& action);
// `whispr migrate`: from SQLite to PostgreSQL, or back. Requires: as above.
void add_migrate_command(CLI::App& app, Action& action);

}  // namespace whispr_cli
