// What storage keeps of drafts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// Key (user, conversation); `id` leads to it.
struct DraftRow {
    UserId user{};
    DraftId id{};
    std::string content{};
    std::string metadata = "{}";
    Time created_at{};
    Time updated_at{};
    Useq last_useq = 0;
};

struct DraftKeys {
    std::vector<MemberKey> of{};  ///< the drafts of these members
};
struct LoadedDrafts {
    std::vector<std::pair<std::int64_t, DraftRow>> of{};
};
/// Removed, then saved.
struct DraftChanges {
    std::vector<RowOf<DraftRow>> removed{};
    std::vector<RowOf<DraftRow>> saved{};  ///< `created`: there was none
};

class DraftReader {
 public:
    virtual ~DraftReader() = default;

    [[nodiscard]] virtual Result<std::optional<DraftRow>> draft(std::int64_t no, UserId user) = 0;
    /// Where a draft is, and whose it is.
    [[nodiscard]] virtual Result<std::optional<std::pair<ConversationId, UserId>>> locate_draft(
        DraftId id) = 0;
};

}  // namespace whispr
