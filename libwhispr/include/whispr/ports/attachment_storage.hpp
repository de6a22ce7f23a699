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

class AttachmentReader {
 public:
    virtual ~AttachmentReader() = default;

    [[nodiscard]] virtual Result<std::optional<AttachmentPlace>> attachment(AttachmentId id) = 0;
};

}  // namespace whispr
