// What ends a run: thrown anywhere in the tool, caught once in main(), printed, exit status 1.
#pragma once

#include <stdexcept>
#include <string>

namespace load {

class Failure : public std::runtime_error {
 public:
    explicit Failure(const std::string& what) : std::runtime_error(what) {}
};

/// A failure of a system call: `what` and the text of errno.
[[nodiscard]] Failure system_failure(const std::string& what);

}  // namespace load
