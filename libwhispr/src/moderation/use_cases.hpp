// The commands of moderation, one file each.
#pragma once

#include <memory>
#include <vector>

#include "engine/command.hpp"
#include "whispr/limits.hpp"
#include "whispr/moderation.hpp"

namespace whispr {

/// A report that was looked at on a reader: what of it the reporter may not see is wrong.
struct CheckedReport {
    FileReport report;
    std::vector<FieldError> wrong;
    std::string evidence = "{}";
    ReportId id;  ///< of the report, if it is new
};

[[nodiscard]] std::unique_ptr<Command> make_report(UserId caller, CheckedReport report,
                                                   const Limits& limits, Completion<Report> done);
/// Requires: the caller is a moderator, and the fields were checked.
[[nodiscard]] std::unique_ptr<Command> make_resolve(UserId caller, ResolveReport command,
                                                    Completion<Report> done);

/// What a new sanction and what it does are called.
struct SanctionIds {
    SanctionId sanction;
    MessageId system_message;  ///< that tells of a membership which a kick ends
};
/// Requires: the caller is a moderator, and the fields were checked.
[[nodiscard]] std::unique_ptr<Command> make_sanction(UserId caller, IssueSanction command,
                                                     const SanctionIds& ids,
                                                     Completion<Sanction> done);
/// Where a sanction is.
struct SanctionPlace {
    ConversationId conversation;
    std::int64_t no = 0;
    UserId user;
};
/// Requires: the caller is a moderator.
[[nodiscard]] std::unique_ptr<Command> make_lift(UserId caller, SanctionId sanction,
                                                 const SanctionPlace& place,
                                                 Completion<Sanction> done);

}  // namespace whispr
