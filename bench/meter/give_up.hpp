// Benchmarks have nobody to report an error to: they say it and end.
#pragma once

#include <string>
#include <utility>

namespace bench {

[[noreturn]] void give_up(const std::string& reason);

/// The value of a whispr::Result, or the end of the program.
template <class R>
auto must(R result) {
    if (!result) give_up(result.error().text);
    return *std::move(result);
}

}  // namespace bench
