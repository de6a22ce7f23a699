// What storage keeps of attachments. (Those of a page come with it: PageRows::attachments.)
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/result.hpp"

namespace whispr {

struct AttachmentKeys {
    std::vector<MessageKey> of{};  ///< all attachments of these messages
};
struct LoadedAttachments {
    std::vector<std::pair<std::int64_t, AttachmentRow>> of{};  ///< oldest first
};
/// Cleared, then removed, then created.
struct AttachmentChanges {
    std::vector<MessageKey> cleared{};  ///< all attachments of these messages
    std::vector<RowOf<AttachmentRow>> removed{};
    std::vector<RowOf<AttachmentRow>> created{};
};

struct AttachmentPlace {
    ConversationId conversation{};
    std::int64_t no = 0;
    AttachmentRow row{};
};

/// Attachments of a conversation's messages that the reader may see.
struct GalleryQuery {
    std::int64_t no = 0;
    UserId reader{};
    Time now{};                      ///< on messages expired before or at this: left out
    std::optional<FileType> type{};  ///< of this type alone
    /// Those behind this one alone.
    std::optional<std::pair<Mseq, AttachmentId>> before{};
    std::size_t limit = 50;
};
struct GalleryRow {
    MessageId message{};
    UserId sender{};
    Time sent_at{};
    AttachmentRow row{};
};

class AttachmentReader {
 public:
    virtual ~AttachmentReader() = default;

    [[nodiscard]] virtual Result<std::optional<AttachmentPlace>> attachment(AttachmentId id) = 0;
    /// By falling message number and id. Not of messages that are deleted, expired, shadowed for
    /// the reader or hidden by him. Its price does not grow with what is not shown of other types.
    [[nodiscard]] virtual Result<std::vector<GalleryRow>> gallery(const GalleryQuery& query) = 0;
};

}  // namespace whispr
