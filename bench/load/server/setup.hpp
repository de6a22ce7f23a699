// What the command line says that every scenario needs, and the directory a run works in.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace load {

struct Setup {
    std::string whisprd;                    ///< program; empty: not started by us
    std::vector<std::string> whisprd_args;  ///< more arguments for it
    std::string store;                      ///< --store value; empty: SQLite in the run's directory
    std::uint16_t server_port = 0;          ///< an already running whisprd
    pid_t server_pid = 0;                   ///< its process, for CPU and memory; 0: not measured
    std::string key_file;                   ///< PEM of the signing key; empty: DATA_DIR/dev-key.pem
    std::string kid;     ///< key id; empty: as the server's own development token has it
    std::string floor;   ///< floor server; empty: none
    std::string redis;   ///< redis-server; empty: none
    std::string strace;  ///< strace; empty: syscalls are not counted
    /// Put before every server's command, as `valgrind --tool=callgrind` is.
    std::vector<std::string> prefix;
    std::string work_dir;   ///< made by main(), removed at the end
    std::string json_file;  ///< empty: no JSON
    unsigned rounds = 5;
    double seconds = 2;

    [[nodiscard]] bool has_whisprd() const { return !whisprd.empty() || server_port != 0; }
};

/// Lifts, for the servers started from now on, the limits per user, address and time that protect a
/// whisprd from its clients; joins per second too if `joins`. By environment, so a server that does
/// not know one ignores it.
void lift_server_limits(bool joins);

/// Raises the limit of open descriptors to what the system allows and returns it.
std::size_t raise_descriptor_limit();

}  // namespace load
