// Counts calls of operator new in the whole process while it is switched on. Linking this replaces
// the global operators.
#pragma once

#include <cstdint>

namespace bench {

/// Counts from its construction to its end. One at a time.
class AllocationCount {
 public:
    AllocationCount() noexcept;
    ~AllocationCount();
    AllocationCount(const AllocationCount&) = delete;
    AllocationCount& operator=(const AllocationCount&) = delete;
    [[nodiscard]] std::uint64_t count() const noexcept;
};

}  // namespace bench
