// A running server under measurement: started by us or found running.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "client/swarm.hpp"
#include "server/child_process.hpp"
#include "server/setup.hpp"

namespace load {

struct Server {
    std::string name;
    Endpoint endpoint;
    pid_t pid = 0;  ///< 0: process unknown, CPU and memory are not measured
    std::string data_dir;
    std::unique_ptr<ChildProcess> child;  ///< null: found running
};

/// A port of 127.0.0.1 nobody listens on at the moment.
[[nodiscard]] std::uint16_t free_port();

/// Starts whisprd with an empty store in development mode, or takes the running one, and waits
/// until it answers. `label` begins the name of its directory below the run's. Throws Failure as
/// wait_for() does.
[[nodiscard]] Server start_whisprd(const Setup& setup, const std::string& label);

/// The arguments whisprd is started with.
[[nodiscard]] std::vector<std::string> whisprd_command(const Setup& setup, std::uint16_t port,
                                                       const std::string& data_dir);

[[nodiscard]] Server start_floor(const Setup& setup, std::size_t burst = 1);

[[nodiscard]] Server start_redis(const Setup& setup);

/// Waits until the server accepts connections. Throws Failure, with the end of its log, if it does
/// not in time.
void wait_for(Server& server, const std::string& log_file, Clock::duration patience);

}  // namespace load
