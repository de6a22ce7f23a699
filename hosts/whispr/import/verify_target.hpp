// What the target answers, as the same lines of text as the source's (verify_queries.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "whispr/ports/storage.hpp"

namespace whispr_cli {

using Lines = std::vector<std::string>;

/// One thread at a time. All methods fail as storage does.
class TargetAnswers {
 public:
    TargetAnswers(whispr::ReadStorage& reader, whispr::Time now) : reader_(reader), now_(now) {}

    /// Turns to a conversation, and adds its line; false when there is none.
    whispr::Result<bool> conversation(whispr::ConversationId id, Lines& lines);

    // Of the conversation turned to.
    whispr::Result<void> member(whispr::UserId user, Lines& lines);
    /// Messages by number, both included, with their reactions and attachments.
    whispr::Result<void> messages(whispr::Mseq first, whispr::Mseq last, Lines& lines);
    /// A line when the user does not see the message.
    whispr::Result<void> hidden(whispr::MessageId message, whispr::UserId user, Lines& lines);
    whispr::Result<void> pins(Lines& lines);
    whispr::Result<void> sanctions(Lines& lines);
    whispr::Result<void> draft(whispr::UserId user, Lines& lines);
    whispr::Result<void> schedules(whispr::UserId sender, whispr::ScheduleStatus status,
                                   Lines& lines);

    whispr::Result<void> report(whispr::ReportId id, Lines& lines);
    whispr::Result<void> sender_keys(whispr::UserId user, Lines& lines);

 private:
    whispr::ReadStorage& reader_;
    const whispr::Time now_;
    whispr::ConversationRow row_;
};

}  // namespace whispr_cli
