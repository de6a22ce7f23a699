#include "media/thumbnailer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

namespace whisprd::media {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds time_limit{20};
// A thumbnail of 320 pixels has 20 KB.
constexpr std::size_t largest_output = 2 * 1024 * 1024;

// A pipe's two ends, closed when not needed.
struct Pipe {
    int read = -1;
    int write = -1;

    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
            read = ends[0];
            write = ends[1];
        }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_write();
        if (read >= 0) ::close(read);
    }
    void close_write() {
        if (write >= 0) ::close(std::exchange(write, -1));
    }
};

pid_t start(const std::string& program, int file, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // Signals that this process blocks would be blocked in the other one.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::array<char*, 2> arguments{const_cast<char*>(program.c_str()), nullptr};
    // No environment: nothing of ours is its business.
    std::array<char*, 1> environment{nullptr};
    pid_t child = -1;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, &attributes,
                                     arguments.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? child : -1;
}

// All that the child writes, or nothing when it takes too long or writes too much.
std::optional<std::string> read_all(int from, Clock::time_point until) {
    std::string all;
    std::array<char, 16 * 1024> buffer{};
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd waited{from, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&waited, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return std::nullopt;
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::nullopt;
        if (got == 0) return all;
        all.append(buffer.data(), static_cast<std::size_t>(got));
        if (all.size() > largest_output) return std::nullopt;
    }
}

// Takes "123 " or "123\n" off the front.
std::optional<std::size_t> take_number(std::string_view& text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto used = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || used == text.size() || number > 1'000'000) return std::nullopt;
    if (text[used] != ' ' && text[used] != '\n') return std::nullopt;
    text.remove_prefix(used + 1);
    return number;
}

// "width height\n", then for each small one "width height bytes\n" and its bytes.
std::optional<Pictured> read_answer(std::string_view text) {
    Pictured pictured;
    const auto width = take_number(text);
    const auto height = take_number(text);
    if (!width || !height) return std::nullopt;
    pictured.width = static_cast<std::int32_t>(*width);
    pictured.height = static_cast<std::int32_t>(*height);
    while (!text.empty()) {
        const auto small_width = take_number(text);
        const auto small_height = take_number(text);
        const auto size = take_number(text);
        if (!small_width || !small_height || !size || *size == 0 || *size > text.size())
            return std::nullopt;
        pictured.small.push_back({std::string(text.substr(0, *size)),
                                  static_cast<std::int32_t>(*small_width),
                                  static_cast<std::int32_t>(*small_height)});
        text.remove_prefix(*size);
    }
    return pictured;
}

std::string beside_this_program() {
    std::error_code failed;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed) return {};
    const auto program = self.parent_path() / "whispr-thumbnail";
    return ::access(program.c_str(), X_OK) == 0 ? program.string() : std::string();
}

}  // namespace

Thumbnailer::Thumbnailer(const std::string& program)
    : program_(program == "off"  ? std::string()
               : program.empty() ? beside_this_program()
                                 : program) {}

std::optional<Pictured> Thumbnailer::make(int file) const {
    Pipe pipe;
    if (program_.empty() || pipe.read < 0) return std::nullopt;
    const pid_t child = start(program_, file, pipe.write);
    if (child < 0) return std::nullopt;
    pipe.close_write();
    const auto output = read_all(pipe.read, Clock::now() + time_limit);
    if (!output) ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    const bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return output && well ? read_answer(*output) : std::nullopt;
}

}  // namespace whisprd::media
