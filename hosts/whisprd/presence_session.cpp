#include "presence_session.hpp"

#include <atomic>
#include <random>

namespace whisprd {

std::uint64_t next_presence_session() {
    static std::atomic<std::uint64_t> next{
        (static_cast<std::uint64_t>(std::random_device{}()) << 32) | 1};
    return next.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace whisprd
