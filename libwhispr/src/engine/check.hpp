// Assertions for the engine's own mistakes, on in every build.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace whispr {

inline void check(bool condition, const char* what) noexcept {
    if (condition) return;
    std::fprintf(stderr, "whispr: defect: %s\n", what);
    std::abort();
}

}  // namespace whispr
