// Identifiers that are the same in every run: 1, 2, 3, ...
#pragma once

#include <atomic>
#include <cstdint>

#include "whispr/ports/id_generator.hpp"

namespace whispr::test {

/// The UUID whose last eight bytes are `number`, and whose first is `kind`.
[[nodiscard]] inline Uuid numbered(std::uint64_t number, std::uint8_t kind = 0) noexcept {
    Uuid id;
    id.bytes[0] = kind;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return id;
}

class CountedIds final : public IdGenerator {
 public:
    Uuid next(Time) noexcept override { return numbered(++count_, 0xee); }

 private:
    std::atomic<std::uint64_t> count_{0};
};

}  // namespace whispr::test
