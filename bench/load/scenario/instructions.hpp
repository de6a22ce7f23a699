// User-mode instructions per delivery and per inbound message, counted by callgrind: the one figure
// that noise on a shared machine cannot touch.
#pragma once

#include "measure/report.hpp"
#include "server/setup.hpp"

namespace load {

struct InstructionOptions {
    std::size_t few = 20;         ///< receivers of the first count
    std::size_t many = 120;       ///< receivers of the second
    std::uint64_t messages = 48;  ///< per count
};

void run_instructions(const Setup& setup, const InstructionOptions& options, Report& report);

}  // namespace load
