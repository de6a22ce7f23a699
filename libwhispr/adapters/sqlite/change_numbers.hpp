// Numbers for the transactions of the one writer, in the order in which they commit. They cost no
// row of their own: the file says how many writers there have been, and each counts from there.
#pragma once

#include <atomic>
#include <cstdint>

namespace whispr::sqlite {

/// Any thread reads; the writer alone takes numbers.
class ChangeNumbers {
 public:
    /// All numbers from now on are beyond those of writers with a lower number.
    void begin(std::int64_t writer) noexcept {
        const std::int64_t first = writer << transactions_of_one;
        last_.store(first);
        mark_.store(first);
    }
    /// For a transaction that begins to write.
    [[nodiscard]] std::int64_t next() noexcept { return last_.fetch_add(1) + 1; }
    void committed(std::int64_t number) noexcept { mark_.store(number + 1); }
    /// Whatever has a lower number was committed before, or never will be.
    [[nodiscard]] std::int64_t mark() const noexcept { return mark_.load(); }

 private:
    /// 2^40 transactions of each of eight million writers.
    static constexpr int transactions_of_one = 40;
    std::atomic<std::int64_t> last_{0};
    std::atomic<std::int64_t> mark_{0};
};

}  // namespace whispr::sqlite
