// The rows of the source as those of our storage: what each column of the queries becomes.
#pragma once

#include <optional>

#include "import/reading_positions.hpp"
#include "import/source_cursor.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr_cli {

/// A member of one conversation, as conversation_members has it.
struct ServiceMember {
    whispr::MemberRow member{};
    whispr::MembershipRow membership{};
    std::optional<whispr::Time> last_read_at{};
};

/// Without counters and creator.
[[nodiscard]] whispr::ConversationRow conversation_of(const SourceRow& row);
[[nodiscard]] ServiceMember member_of(const SourceRow& row);
/// Numbers and order are the caller's: `mseq` is set, and sent_at is what the service kept. A
/// deleted message is a tombstone, without anything that was in it.
[[nodiscard]] whispr::MessageRow message_of(const SourceRow& row, whispr::Mseq mseq);
[[nodiscard]] Receipt receipt_of(const SourceRow& row);
[[nodiscard]] whispr::ReactionRow reaction_of(const SourceRow& row, whispr::Mseq mseq);
[[nodiscard]] whispr::AttachmentRow attachment_of(const SourceRow& row, whispr::Mseq mseq);
[[nodiscard]] whispr::PinRow pin_of(const SourceRow& row, whispr::Mseq mseq);
[[nodiscard]] whispr::DraftRow draft_of(const SourceRow& row);
[[nodiscard]] whispr::ScheduleRow schedule_of(const SourceRow& row);
[[nodiscard]] whispr::SanctionRow sanction_of(const SourceRow& row);
[[nodiscard]] whispr::ReportRow report_of(const SourceRow& row);
[[nodiscard]] whispr::SenderKeyRow sender_key_of(const SourceRow& row);

/// What a sanction does to the member that it is about.
void apply_sanction(const whispr::SanctionRow& sanction, whispr::MemberRow& member);

}  // namespace whispr_cli
