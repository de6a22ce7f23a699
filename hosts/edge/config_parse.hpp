// From the command line, the environment and a file to a Config, or to what the process should
// print before it ends. Pure: reads nothing that it is not handed, prints nothing, never ends the
// process.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config.hpp"

namespace edge {

// The process is to print `text` and end with `code`: 0 for --help, --version and --print-config, 2
// for a mistake.
struct ConfigExit {
    int code = 0;
    std::string text;  // ends with a line end
};

struct ConfigInput {
    std::vector<std::string> arguments;  // without the program's name: {"serve", "--dev"}
    std::map<std::string, std::string> environment;
    // The content of a file, or nothing when it cannot be read.
    std::function<std::optional<std::string>(const std::string& path)> read_file;
    std::string version = "unknown";
};

// Flags override the environment, which overrides the file, which overrides defaults. Every mistake
// is reported, each with the key, where it came from, the value (unless secret) and the reason.
[[nodiscard]] std::variant<Config, ConfigExit> parse_config(const ConfigInput& input);

// The store that `serve` would use: what the environment and the file say of it, as in
// parse_config(), whatever they say of anything else. `config_file` may be empty.
[[nodiscard]] std::variant<StoreChoice, ConfigExit> configured_store(
    const ConfigInput& input, const std::string& config_file);

// What parse_config() needs, taken from this process. Requires: called before threads start.
[[nodiscard]] ConfigInput config_input(int argc, const char* const* argv, std::string version);

}  // namespace edge
