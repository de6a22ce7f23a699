#include "sql_concepts.hpp"

namespace whispr::sql {

namespace {

class Reader final : public AttachmentReader {
 public:
    Result<std::optional<AttachmentPlace>> attachment(AttachmentId) override {
        return std::optional<AttachmentPlace>();
    }
};

}  // namespace

Result<void> load_attachments(Batch&, const LoadKeys&, Loaded&) {
    return {};
}
Result<void> write_attachments(Batch&, const ChangeSet&) {
    return {};
}
std::unique_ptr<AttachmentReader> make_attachment_reader(Reading) {
    return std::make_unique<Reader>();
}
Result<void> add_attachments(Reading, std::int64_t, Nearness, PageRows&) {
    return {};
}
std::span<const Statement* const> attachment_statements() noexcept {
    return {};
}

}  // namespace whispr::sql
