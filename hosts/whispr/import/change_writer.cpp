#include "import/change_writer.hpp"

namespace whispr_cli {

namespace {

/// What a row costs beside its texts; also bounds the members of many small conversations.
constexpr std::size_t row_bytes = 256;

}  // namespace

void ChangeWriter::add(whispr::MessageRow message) {
    bytes_ += row_bytes + message.content.size() + message.metadata.size();
    changes_.messages_created.push_back(std::move(message));
}

bool ChangeWriter::full() const noexcept {
    const std::size_t others = changes_.members.size() + changes_.reactions_added.size() +
                               changes_.hidden.size() + changes_.attachments.created.size() +
                               changes_.conversations.size();
    return changes_.messages_created.size() >= size_.messages || others >= 4 * size_.messages ||
           bytes_ >= size_.bytes;
}

whispr::Result<std::vector<whispr::ConversationRow>> ChangeWriter::stored(
    std::vector<whispr::ConversationId> ids) {
    whispr::LockKeys keys;
    keys.conversations = std::move(ids);
    auto locked = lane_.begin(keys);
    if (!locked) return locked.error();
    lane_.rollback();
    return std::move(locked->conversations);
}

whispr::Result<void> ChangeWriter::flush() {
    if (source_.failure()) return *source_.failure();
    if (changes_.conversations.empty()) return {};
    whispr::LockKeys keys;
    for (const whispr::ConversationWrite& write : changes_.conversations) {
        if (!write.created) keys.conversations.push_back(write.row.id);
    }
    if (const auto locked = lane_.begin(keys); !locked) return locked.error();
    return write();
}

whispr::Result<void> ChangeWriter::write() {
    auto done = lane_.write(changes_);
    if (!done) {
        lane_.rollback();
        return done;
    }
    changes_ = {};
    bytes_ = 0;
    return lane_.commit();
}

}  // namespace whispr_cli
