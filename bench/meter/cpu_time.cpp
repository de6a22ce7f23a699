#include "meter/cpu_time.hpp"

#include <time.h>

namespace bench {

std::chrono::nanoseconds process_cpu() noexcept {
    // The same account as getrusage, without its rounding to microseconds.
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace bench
