#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

class Reader final : public PinReader {
 public:
    Result<std::vector<PinRow>> pins(std::int64_t) override { return std::vector<PinRow>(); }
};

}  // namespace

void load_pins(const Tables&, const LoadKeys&, Loaded&) {}
Result<void> check_pins(const Tables&, const ChangeSet&) {
    return {};
}
void apply_pins(Tables&, const ChangeSet&) {}
std::unique_ptr<PinReader> make_pin_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Reader>();
}

}  // namespace whispr::memory
