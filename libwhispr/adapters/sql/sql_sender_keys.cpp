#include "sql_concepts.hpp"

namespace whispr::sql {

namespace {

class Reader final : public SenderKeyReader {
 public:
    Result<std::vector<SenderKey>> sender_keys(UserId) override { return std::vector<SenderKey>(); }
};

}  // namespace

Result<void> load_sender_keys(Batch&, const LoadKeys&, Loaded&) {
    return {};
}
Result<void> write_sender_keys(Batch&, const ChangeSet&) {
    return {};
}
std::unique_ptr<SenderKeyReader> make_sender_key_reader(Reading) {
    return std::make_unique<Reader>();
}
std::span<const Statement* const> sender_key_statements() noexcept {
    return {};
}

}  // namespace whispr::sql
