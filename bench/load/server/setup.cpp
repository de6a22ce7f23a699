#include "server/setup.hpp"

#include <sys/resource.h>

namespace load {

std::size_t raise_descriptor_limit() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    return static_cast<std::size_t>(files.rlim_cur);
}

}  // namespace load
