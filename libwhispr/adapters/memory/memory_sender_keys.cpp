#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

class Reader final : public SenderKeyReader {
 public:
    Result<std::vector<SenderKey>> sender_keys(UserId) override { return std::vector<SenderKey>(); }
};

}  // namespace

void load_sender_keys(const Tables&, const LoadKeys&, Loaded&) {}
Result<void> check_sender_keys(const Tables&, const ChangeSet&) {
    return {};
}
void apply_sender_keys(Tables&, const ChangeSet&) {}
std::unique_ptr<SenderKeyReader> make_sender_key_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Reader>();
}

}  // namespace whispr::memory
