#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

class Reader final : public AttachmentReader {
 public:
    Result<std::optional<AttachmentPlace>> attachment(AttachmentId) override {
        return std::optional<AttachmentPlace>();
    }
};

}  // namespace

void load_attachments(const Tables&, const LoadKeys&, Loaded&) {}
Result<void> check_attachments(const Tables&, const ChangeSet&) {
    return {};
}
void apply_attachments(Tables&, const ChangeSet&) {}
std::unique_ptr<AttachmentReader> make_attachment_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Reader>();
}
void add_attachments(const ConversationTable&, PageRows&) {}

}  // namespace whispr::memory
