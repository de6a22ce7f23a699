#include <sys/random.h>

#include <atomic>
#include <cstring>

#include "whispr/adapters/local.hpp"

namespace whispr {

namespace {

// Random bytes come from the kernel in blocks, one block per thread, because a system call per id
// would cost more than the rest of a send.
class RandomBlock {
 public:
    void take(std::uint8_t* out, std::size_t count) noexcept {
        if (used_ + count > sizeof bytes_) refill();
        std::memcpy(out, bytes_ + used_, count);
        used_ += count;
    }

 private:
    void refill() noexcept {
        // Requests of up to 256 bytes are never cut short once the pool is initialised.
        while (getrandom(bytes_, sizeof bytes_, 0) != static_cast<ssize_t>(sizeof bytes_)) {
        }
        used_ = 0;
    }
    std::uint8_t bytes_[256];
    std::size_t used_ = sizeof bytes_;
};

class Uuid7Generator final : public IdGenerator {
 public:
    Uuid next(Time now) noexcept override {
        thread_local RandomBlock random;
        Uuid id;
        random.take(id.bytes.data() + 6, 10);
        const std::uint64_t tick = next_tick(now);
        // 48 bits of milliseconds, then 12 bits of fraction (RFC 9562, method 3), so that ids drawn
        // one after the other are in order.
        const std::uint64_t milliseconds = tick >> 12;
        for (int i = 0; i < 6; ++i) {
            id.bytes[static_cast<std::size_t>(i)] =
                static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
        }
        id.bytes[6] = static_cast<std::uint8_t>(0x70 | (tick >> 8 & 0x0f));
        id.bytes[7] = static_cast<std::uint8_t>(tick);
        id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
        return id;
    }

 private:
    std::uint64_t next_tick(Time now) noexcept {
        const auto micros = static_cast<std::uint64_t>(now.time_since_epoch().count());
        const std::uint64_t wanted = (micros / 1000) << 12 | (micros % 1000) * 4096 / 1000;
        std::uint64_t last = last_.load(std::memory_order_relaxed);
        std::uint64_t tick = 0;
        do {
            tick = wanted > last ? wanted : last + 1;
        } while (!last_.compare_exchange_weak(last, tick, std::memory_order_relaxed));
        return tick;
    }
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace

std::shared_ptr<IdGenerator> make_uuid7_generator() {
    return std::make_shared<Uuid7Generator>();
}

}  // namespace whispr
