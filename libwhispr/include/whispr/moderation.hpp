// Moderation: reports of users about others, and sanctions within one conversation. The host says
// who is a moderator (Caller::moderator).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

enum class ReportCategory : std::uint8_t { offensive, spam, nudity, violence, harassment, other };
[[nodiscard]] std::string_view to_string(ReportCategory category) noexcept;
[[nodiscard]] std::optional<ReportCategory> parse_report_category(std::string_view text) noexcept;

enum class ReportStatus : std::uint8_t {
    pending,
    under_review,
    resolved_action,
    resolved_dismissed
};
[[nodiscard]] std::string_view to_string(ReportStatus status) noexcept;
[[nodiscard]] std::optional<ReportStatus> parse_report_status(std::string_view text) noexcept;

struct Resolution {
    std::string action{};
    UserId resolved_by{};
    Time resolved_at{};
    std::string notes{};
};

struct Report {
    ReportId id{};
    UserId reporter{};
    UserId reported{};
    std::optional<ConversationId> conversation{};
    std::optional<MessageId> message{};
    ReportCategory category = ReportCategory::other;
    std::string description{};
    std::string evidence = "{}";  ///< JSON object: the message as it was when it was reported
    ReportStatus status = ReportStatus::pending;
    std::optional<Resolution> resolution{};
    bool auto_escalated = false;
    Time created_at{};
    Time updated_at{};
};

struct FileReport {
    UserId reported{};
    ReportCategory category = ReportCategory::other;
    std::optional<ConversationId> conversation{};
    std::optional<MessageId> message{};
    std::string description{};
    std::optional<OpId> op_id{};  ///< recognises a repeat
};

struct ListReports {
    std::optional<ReportStatus> status{};
    std::optional<ReportCategory> category{};
    std::size_t limit = 20;  ///< 1 to limits::page_rows
    std::size_t offset = 0;
};

struct ResolveReport {
    ReportId report{};
    std::string action{};  ///< "dismiss" dismisses; anything else is an action
    std::string notes{};
};

/// What statistics are made of: a report without its texts.
struct ReportFacts {
    UserId reporter{};
    UserId reported{};
    std::optional<ConversationId> conversation{};
    ReportCategory category = ReportCategory::other;
    ReportStatus status = ReportStatus::pending;
    Time created_at{};
    Time updated_at{};
};

enum class SanctionType : std::uint8_t { mute, kick, shadow_restrict };
[[nodiscard]] std::string_view to_string(SanctionType type) noexcept;
[[nodiscard]] std::optional<SanctionType> parse_sanction_type(std::string_view text) noexcept;

struct Sanction {
    SanctionId id{};
    ConversationId conversation{};
    UserId user{};
    SanctionType type = SanctionType::mute;
    std::string reason{};
    UserId issued_by{};
    std::optional<Time> expires_at{};  ///< nothing: until it is lifted
    bool active = true;                ///< neither lifted nor expired
    Time created_at{};
};

struct IssueSanction {
    ConversationId conversation{};
    UserId user{};
    SanctionType type = SanctionType::mute;
    std::string reason{};
    std::optional<Time> expires_at{};
};

/// All members: any thread; answer as in Messages. Those that are for moderators fail with
/// forbidden for others. Common failures: overloaded, unavailable, closed, internal.
class Moderation {
 public:
    explicit Moderation(Core& core) : core_(core) {}

    /// A message is evidence only where the reporter may see it. Fails with invalid
    /// (reported_user_id, category, conversation_id, message_id, description), limit_reached
    /// (reports within an hour), already_exists (the same message again).
    void report(const Caller& caller, FileReport command, Completion<Report> done);
    /// The caller's own reports, newest first.
    void own_reports(const Caller& caller, ListReports request,
                     Completion<std::vector<Report>> done);
    /// One report, for its reporter and for moderators. Fails with not_found.
    void show(const Caller& caller, ReportId report, Completion<Report> done);
    /// Moderators: all reports, newest first.
    void reports(const Caller& caller, ListReports request, Completion<std::vector<Report>> done);
    /// Moderators. Fails with not_found, not_pending, invalid (action, notes).
    void resolve(const Caller& caller, ResolveReport command, Completion<Report> done);
    /// Moderators: every report that was filed at or after `since`, oldest first, for statistics.
    void facts(const Caller& caller, Time since, Completion<std::vector<ReportFacts>> done);

    /// Moderators. A mute forbids to send, a kick ends the membership, a shadow restriction lets
    /// only the sender see what he sends. Fails with conversation_not_found, member_not_found,
    /// invalid (reason, expires_at).
    void sanction(const Caller& caller, IssueSanction command, Completion<Sanction> done);
    /// Moderators. Fails with not_found, no_change (lifted already).
    void lift(const Caller& caller, SanctionId sanction, Completion<Sanction> done);
    /// Active ones, newest first, for members and moderators; members do not see shadow
    /// restrictions. Fails with not_a_member; a conversation that is not there has none.
    void sanctions(const Caller& caller, ConversationId conversation,
                   Completion<std::vector<Sanction>> done);

 private:
    Core& core_;
};

}  // namespace whispr
