// What storage keeps of reports and sanctions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/moderation.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// Key report.id; unique (reporter, op_id) where present. Belongs to no conversation's lock.
struct ReportRow {
    Report report{};
    std::optional<OpId> op_id{};
};

/// Key id; `no` is known beside it.
struct SanctionRow {
    SanctionId id{};
    UserId user{};
    SanctionType type = SanctionType::mute;
    std::string reason{};
    UserId issued_by{};
    std::optional<Time> expires_at{};
    bool lifted = false;
    Time created_at{};
};

struct ModerationKeys {
    std::vector<ReportId> reports{};
    std::vector<std::pair<UserId, OpId>> operations{};  ///< reports by (reporter, op_id)
    std::vector<std::pair<UserId, Time>> filed_by{};    ///< reports of a reporter since then
    std::vector<std::pair<UserId, Time>> about{};       ///< who has reported a user since then
    std::vector<MemberKey> sanctions_of{};              ///< of these members, not lifted
    std::vector<std::pair<std::int64_t, SanctionId>> sanctions{};  ///< this one of a conversation
};
/// One user's newest report about another.
struct Reporter {
    UserId reported{};
    UserId reporter{};
    Time newest{};
};
struct LoadedModeration {
    std::vector<ReportRow> reports{};   ///< of `reports` and `operations`
    std::vector<ReportRow> filed{};     ///< of `filed_by`
    std::vector<Reporter> reporters{};  ///< of `about`, each reporter once
    std::vector<std::pair<std::int64_t, SanctionRow>> sanctions{};  ///< of both keys, each once
};
struct ModerationChanges {
    std::vector<ReportRow> reports_created{};
    std::vector<ReportRow> reports_changed{};  ///< status, resolution, updated_at
    std::vector<RowOf<SanctionRow>> sanctions_created{};
    std::vector<RowOf<SanctionRow>> sanctions_changed{};  ///< lifted
};

struct ReportQuery {
    std::optional<UserId> reporter{};
    std::optional<ReportStatus> status{};
    std::optional<ReportCategory> category{};
    std::size_t limit = 20;
    std::size_t offset = 0;
};

class ModerationReader {
 public:
    virtual ~ModerationReader() = default;

    [[nodiscard]] virtual Result<std::optional<Report>> report(ReportId id) = 0;
    /// Newest first.
    [[nodiscard]] virtual Result<std::vector<Report>> reports(const ReportQuery& query) = 0;
    /// Filed at or after `since`, oldest first.
    [[nodiscard]] virtual Result<std::vector<ReportFacts>> report_facts(Time since) = 0;
    /// Not lifted and not expired at `now`, newest first.
    [[nodiscard]] virtual Result<std::vector<SanctionRow>> sanctions(std::int64_t no, Time now) = 0;
    /// The conversation of a sanction.
    [[nodiscard]] virtual Result<std::optional<ConversationId>> locate_sanction(SanctionId id) = 0;
};

}  // namespace whispr
