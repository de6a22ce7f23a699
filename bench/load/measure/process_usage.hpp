// What a process has used so far and what it holds now, read from /proc. All threads are counted.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace load {

/// CPU time and context switches since the process began.
struct CpuUsage {
    double user_us = 0;
    double system_us = 0;
    /// User and system together. Finer than the two above, which advance by clock ticks.
    double total_us = 0;
    std::uint64_t voluntary_switches = 0;
    std::uint64_t involuntary_switches = 0;

    CpuUsage& operator+=(const CpuUsage& other);
};

/// Throws Failure if the process is gone.
[[nodiscard]] CpuUsage cpu_usage(pid_t pid);

/// The difference of two readings of one process.
[[nodiscard]] CpuUsage operator-(const CpuUsage& later, const CpuUsage& earlier);

struct MemoryUsage {
    std::uint64_t rss_kib = 0;
    std::uint64_t pss_kib = 0;   ///< shared pages divided among their users
    std::uint64_t anon_kib = 0;  ///< private and not backed by a file: heap and stacks
    std::uint64_t peak_kib = 0;  ///< highest RSS ever
};

/// Throws Failure if the process is gone.
[[nodiscard]] MemoryUsage memory_usage(pid_t pid);

/// Kernel memory of the whole machine: socket buffers in use by TCP, and slab caches.
struct KernelMemory {
    std::uint64_t tcp_buffers_kib = 0;
    std::uint64_t slab_kib = 0;
    std::uint64_t tcp_sockets = 0;
};

[[nodiscard]] KernelMemory kernel_memory();

}  // namespace load
