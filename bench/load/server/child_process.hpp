// A server process of ours: started with its output in a file, killed with us, stopped when the
// object goes.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace load {

class ChildProcess {
 public:
    /// Starts `arguments[0]`. Throws Failure if the program cannot be run.
    ChildProcess(const std::vector<std::string>& arguments, const std::string& log_file);
    /// Asks it to stop and kills it after five seconds.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Whether it still runs.
    [[nodiscard]] bool alive();
    /// Sends `signal`, waits up to `seconds` for the end; whether it ended.
    bool stop(int signal, double seconds);

 private:
    pid_t pid_ = -1;
};

}  // namespace load
