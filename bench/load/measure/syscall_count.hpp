// Counts the system calls of a process with `strace -c -f` for as long as the object's stop() is
// not called. Everything runs several times slower meanwhile: for counts, never for times.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "server/child_process.hpp"

namespace load {

struct SyscallTotals {
    std::uint64_t all = 0;
    std::uint64_t writes = 0;  ///< write, writev, send, sendto, sendmsg, sendmmsg
};

class SyscallCount {
 public:
    /// Attaches; throws Failure if that does not succeed within three seconds.
    SyscallCount(const std::string& strace, pid_t pid, const std::string& output_file);

    [[nodiscard]] SyscallTotals stop();

 private:
    std::string output_file_;
    std::unique_ptr<ChildProcess> strace_;
};

/// Reads the table of `strace -c`.
[[nodiscard]] SyscallTotals read_strace_table(const std::string& text);

}  // namespace load
