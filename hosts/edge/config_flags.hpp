// The command line of whisprd, read with CLI11 from the table of settings.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "config_parse.hpp"
#include "config_settings.hpp"

namespace edge {

struct CommandLine {
    GivenValues values;
    std::string config_file;  // empty when not given
    bool print_config = false;
};

// The command line, or what to print for --help, --version and mistakes. Any thread.
[[nodiscard]] std::variant<CommandLine, ConfigExit> read_command_line(
    const std::vector<std::string>& arguments, const std::string& version);

}  // namespace edge
