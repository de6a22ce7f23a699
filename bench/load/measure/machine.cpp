#include "measure/machine.hpp"

#include <openssl/crypto.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <thread>

namespace load {
namespace {

std::string cpu_model() {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t colon = line.find(": ");
        if (line.rfind("model name", 0) == 0 && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown";
}

std::string kernel() {
    utsname name{};
    return ::uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : "unknown";
}

std::string line_of(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

// The mount that holds a directory is the line of mountinfo with the same device number.
std::string disk(const std::string& directory) {
    struct stat info {};
    if (::stat(directory.c_str(), &info) != 0) return "unknown";
    const std::string device =
        std::to_string(major(info.st_dev)) + ":" + std::to_string(minor(info.st_dev));
    std::ifstream mounts("/proc/self/mountinfo");
    std::string line;
    while (std::getline(mounts, line)) {
        std::istringstream fields(line);
        std::string skipped;
        std::string number;
        fields >> skipped >> skipped >> number;
        const std::size_t dash = line.find(" - ");
        if (number != device || dash == std::string::npos) continue;
        std::istringstream tail(line.substr(dash + 3));
        std::string type;
        std::string source;
        tail >> type >> source;
        std::string text = type + " on " + source;
        const std::string queue = "/sys/dev/block/" + device + "/queue/";
        const std::string rotational = line_of(queue + "rotational");
        if (!rotational.empty()) text += rotational == "1" ? " (rotational)" : " (not rotational)";
        const std::string cache = line_of(queue + "write_cache");
        if (!cache.empty()) text += ", " + cache;
        return text;
    }
    return "unknown";
}

}  // namespace

std::string first_line_of(const std::string& program, const std::string& argument) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], 1);
        ::dup2(ends[1], 2);
        ::close(ends[0]);
        ::execlp(program.c_str(), program.c_str(), argument.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    std::array<char, 256> text{};
    const ssize_t n = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    int status = 0;
    if (child > 0) ::waitpid(child, &status, 0);
    if (n <= 0 || WEXITSTATUS(status) == 127) return {};
    const std::string all(text.data(), static_cast<std::size_t>(n));
    return all.substr(0, all.find('\n'));
}

std::vector<std::pair<std::string, std::string>> describe_machine(const std::string& work_dir) {
    return {{"cpu", cpu_model()},
            {"cores", std::to_string(std::thread::hardware_concurrency())},
            {"kernel", kernel()},
            {"disk", disk(work_dir)},
            {"compiler", "g++ " __VERSION__},
            {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)}};
}

}  // namespace load
