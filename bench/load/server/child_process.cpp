#include "server/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "client/deadline.hpp"
#include "client/failure.hpp"

namespace load {

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, const std::string& log_file) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    // The pipe closes by itself when exec succeeds, and brings errno when it does not.
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw system_failure("pipe");
    pid_ = ::fork();
    if (pid_ < 0) throw system_failure("fork");
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        ::dup2(log, 1);
        ::dup2(log, 2);
        ::execvp(argv[0], argv.data());
        const int error = errno;
        (void)!::write(ends[1], &error, sizeof error);
        ::_exit(127);
    }
    ::close(ends[1]);
    int error = 0;
    const ssize_t n = ::read(ends[0], &error, sizeof error);
    ::close(ends[0]);
    if (n == static_cast<ssize_t>(sizeof error)) {
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
        errno = error;
        throw system_failure("start " + arguments[0]);
    }
}

ChildProcess::~ChildProcess() {
    if (!stop(SIGTERM, 5)) stop(SIGKILL, 5);
}

bool ChildProcess::alive() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
    return pid_ > 0;
}

bool ChildProcess::stop(int signal, double seconds) {
    if (!alive()) return true;
    ::kill(pid_, signal);
    const Clock::time_point deadline = after(from_seconds(seconds));
    while (alive()) {
        if (Clock::now() > deadline) return false;
        ::usleep(2000);
    }
    return true;
}

}  // namespace load
