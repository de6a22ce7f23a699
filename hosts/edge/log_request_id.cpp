#include "log_request_id.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <random>

namespace edge {

namespace {

constexpr std::size_t shortest = 20;
constexpr std::size_t longest = 200;

bool is_safe(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') ||
           std::string_view("-_.:+/=@").find(character) != std::string_view::npos;
}

}  // namespace

std::string request_id(std::optional<std::string_view> given) {
    if (given && given->size() >= shortest && given->size() <= longest &&
        std::all_of(given->begin(), given->end(), is_safe)) {
        return std::string(*given);
    }
    // A random number per process and a count: unique, and nothing to wait for.
    static const std::uint64_t process = [] {
        std::random_device random;
        return static_cast<std::uint64_t>(random()) << 32 | random();
    }();
    static std::atomic<std::uint64_t> count{0};
    return fmt::format("{:016x}{:016x}", process, count.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace edge
