// The command line: one subcommand a scenario, each with the common options and its own.
#pragma once

#include "measure/report.hpp"
#include "scenario/fanout.hpp"
#include "scenario/idle.hpp"
#include "scenario/instructions.hpp"
#include "scenario/join.hpp"
#include "scenario/list.hpp"
#include "scenario/send.hpp"

namespace load {

struct CommandLine {
    std::string scenario;
    Setup setup;
    std::string work_base = "/tmp";
    unsigned max_seconds = 1200;
    bool keep_files = false;
    bool limits_as_shipped = false;
    FanoutOptions fanout;
    SendOptions send;
    IdleOptions idle;
    JoinOptions join;
    ListOptions list;
    InstructionOptions instructions;
};

/// Fills `line`; returns -1 to go on, or the status to exit with (help was printed, or what is
/// wrong).
[[nodiscard]] int read_command_line(int argc, char** argv, CommandLine& line);

}  // namespace load
