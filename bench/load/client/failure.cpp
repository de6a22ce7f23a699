#include "client/failure.hpp"

#include <cerrno>
#include <cstring>

namespace load {

Failure system_failure(const std::string& what) {
    return Failure(what + ": " + std::strerror(errno));
}

}  // namespace load
