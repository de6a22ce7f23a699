#include "sql_concepts.hpp"

namespace whispr::sql {

namespace {

class Reader final : public PinReader {
 public:
    Result<std::vector<PinRow>> pins(std::int64_t) override { return std::vector<PinRow>(); }
};

}  // namespace

Result<void> load_pins(Batch&, const LoadKeys&, Loaded&) {
    return {};
}
Result<void> write_pins(Batch&, const ChangeSet&) {
    return {};
}
std::unique_ptr<PinReader> make_pin_reader(Reading) {
    return std::make_unique<Reader>();
}
std::span<const Statement* const> pin_statements() noexcept {
    return {};
}

}  // namespace whispr::sql
