// Runs what must stop the program, in a child process.
#pragma once

#include <functional>

namespace whispr::test {

/// Whether `body` ended the child by SIGABRT. Its standard error is dropped.
[[nodiscard]] bool aborts(const std::function<void()>& body);

}  // namespace whispr::test
