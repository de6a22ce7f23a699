#include <sys/resource.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "floor/floor_server.hpp"

namespace {

volatile int stop_requested = 0;

void request_stop(int /*signal*/) {
    stop_requested = 1;
}

bool read_number(const char* text, unsigned long max, unsigned long& value) {
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
    return error == std::errc{} && *end == '\0' && value <= max;
}

int usage() {
    std::fputs("usage: whispr_floor --port PORT [--burst MESSAGES]\n", stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    load::FloorServer::Options options;
    for (int i = 1; i < argc; i += 2) {
        unsigned long value = 0;
        if (i + 1 >= argc) return usage();
        if (std::strcmp(argv[i], "--port") == 0 && read_number(argv[i + 1], 65535, value)) {
            options.port = static_cast<std::uint16_t>(value);
        } else if (std::strcmp(argv[i], "--burst") == 0 && read_number(argv[i + 1], 256, value)) {
            options.burst = value;
        } else {
            return usage();
        }
    }
    if (options.port == 0) return usage();
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    struct sigaction action {};
    action.sa_handler = request_stop;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    try {
        load::FloorServer(options).run(stop_requested);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "whispr_floor: %s\n", problem.what());
        return 1;
    }
    return 0;
}
