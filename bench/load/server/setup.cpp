#include "server/setup.hpp"

#include <sys/resource.h>

#include <cstdlib>

namespace load {

void lift_server_limits(bool joins) {
    for (const char* name : {"WHISPR_MESSAGES_PER_MINUTE", "WHISPR_REQUESTS_PER_MINUTE",
                             "WHISPR_HANDSHAKES_PER_SECOND", "WHISPR_MAX_SOCKETS_PER_USER"}) {
        ::setenv(name, "0", 1);
    }
    if (joins) ::setenv("WHISPR_JOINS_PER_SECOND", "0", 1);
}

std::size_t raise_descriptor_limit() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    return static_cast<std::size_t>(files.rlim_cur);
}

}  // namespace load
