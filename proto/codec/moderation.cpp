#include "proto/codec/moderation.hpp"

#include <array>

#include "whispr/limits.hpp"

namespace whispr::codec {

namespace {

// An engine's word and its number. What is in none of the tables is refused.
template <class Engine, class Wire>
struct Pair {
    Engine engine;
    Wire wire;
};

constexpr std::array categories{Pair{ReportCategory::offensive, v1::REPORT_CATEGORY_OFFENSIVE},
                                Pair{ReportCategory::spam, v1::REPORT_CATEGORY_SPAM},
                                Pair{ReportCategory::nudity, v1::REPORT_CATEGORY_NUDITY},
                                Pair{ReportCategory::violence, v1::REPORT_CATEGORY_VIOLENCE},
                                Pair{ReportCategory::harassment, v1::REPORT_CATEGORY_HARASSMENT},
                                Pair{ReportCategory::other, v1::REPORT_CATEGORY_OTHER}};
constexpr std::array statuses{
    Pair{ReportStatus::pending, v1::REPORT_STATUS_PENDING},
    Pair{ReportStatus::under_review, v1::REPORT_STATUS_UNDER_REVIEW},
    Pair{ReportStatus::resolved_action, v1::REPORT_STATUS_RESOLVED_ACTION},
    Pair{ReportStatus::resolved_dismissed, v1::REPORT_STATUS_RESOLVED_DISMISSED}};
constexpr std::array sanctions{
    Pair{SanctionType::mute, v1::SANCTION_TYPE_MUTE},
    Pair{SanctionType::kick, v1::SANCTION_TYPE_KICK},
    Pair{SanctionType::shadow_restrict, v1::SANCTION_TYPE_SHADOW_RESTRICT}};

template <class Table, class Engine>
auto wire_of(const Table& table, Engine word) {
    auto found = table.front().wire;
    for (const auto& pair : table) {
        if (pair.engine == word) found = pair.wire;
    }
    return found;
}

// Nothing where none is given; noted when it is none.
template <class Table, class Wire>
auto word_of(const Table& table, Wire wire, std::string_view field, Fields& fields) {
    std::optional<decltype(table.front().engine)> found;
    for (const auto& pair : table) {
        if (pair.wire == wire) found = pair.engine;
    }
    if (!found && wire != Wire{}) fields.wrong(field, "is invalid");
    return found;
}

}  // namespace

void encode(const Report& report, v1::Report& out) {
    out.set_id(report.id.to_string());
    out.set_reporter_id(report.reporter.to_string());
    out.set_reported_user_id(report.reported.to_string());
    if (report.conversation) out.set_conversation_id(report.conversation->to_string());
    if (report.message) out.set_message_id(report.message->to_string());
    out.set_category(wire_of(categories, report.category));
    out.set_description(report.description);
    out.set_evidence(report.evidence);
    out.set_status(wire_of(statuses, report.status));
    if (report.resolution) {
        v1::Resolution& resolution = *out.mutable_resolution();
        resolution.set_action(report.resolution->action);
        resolution.set_resolved_by(report.resolution->resolved_by.to_string());
        encode(report.resolution->resolved_at, *resolution.mutable_resolved_at());
        resolution.set_notes(report.resolution->notes);
    }
    out.set_auto_escalated(report.auto_escalated);
    encode(report.created_at, *out.mutable_created_at());
    encode(report.updated_at, *out.mutable_updated_at());
}

void encode(const Sanction& sanction, v1::Sanction& out) {
    out.set_id(sanction.id.to_string());
    out.set_conversation_id(sanction.conversation.to_string());
    out.set_user_id(sanction.user.to_string());
    out.set_type(wire_of(sanctions, sanction.type));
    out.set_reason(sanction.reason);
    out.set_issued_by(sanction.issued_by.to_string());
    if (sanction.expires_at) encode(*sanction.expires_at, *out.mutable_expires_at());
    out.set_active(sanction.active);
    encode(sanction.created_at, *out.mutable_created_at());
}

Result<FileReport> decode(const v1::FileReportRequest& request) {
    Fields fields;
    FileReport command;
    command.reported = fields.id<UserId>("reported_user_id", request.reported_user_id());
    const auto category = word_of(categories, request.category(), "category", fields);
    if (request.category() == v1::REPORT_CATEGORY_UNSPECIFIED)
        fields.wrong("category", "can't be blank");
    command.category = category.value_or(ReportCategory::other);
    command.conversation = fields.optional_id<ConversationId>(
        "conversation_id", request.has_conversation_id(), request.conversation_id());
    command.message =
        fields.optional_id<MessageId>("message_id", request.has_message_id(), request.message_id());
    command.description = request.description();
    command.op_id = fields.optional_id<OpId>("op_id", request.has_op_id(), request.op_id());
    return fields.finish(std::move(command));
}

Result<ListReports> decode(const v1::ListOwnReportsRequest& request) {
    Fields fields;
    ListReports list;
    list.limit = fields.limit(request.limit(), limits::list_rows, limits::page_rows);
    list.offset = fields.offset("offset", request.offset());
    return fields.finish(list);
}

Result<ListReports> decode(const v1::ListReportsRequest& request) {
    Fields fields;
    ListReports list;
    list.status = word_of(statuses, request.status(), "status", fields);
    list.category = word_of(categories, request.category(), "category", fields);
    list.limit = fields.limit(request.limit(), limits::list_rows, limits::page_rows);
    list.offset = fields.offset("offset", request.offset());
    return fields.finish(list);
}

Result<ResolveReport> decode(const v1::ResolveReportRequest& request) {
    Fields fields;
    ResolveReport command;
    command.report = fields.id<ReportId>("report_id", request.report_id());
    command.action = request.action();
    command.notes = request.notes();
    return fields.finish(std::move(command));
}

Result<IssueSanction> decode(const v1::IssueSanctionRequest& request) {
    Fields fields;
    IssueSanction command;
    command.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    command.user = fields.id<UserId>("user_id", request.user_id());
    const auto type = word_of(sanctions, request.type(), "type", fields);
    if (request.type() == v1::SANCTION_TYPE_UNSPECIFIED) fields.wrong("type", "can't be blank");
    command.type = type.value_or(SanctionType::mute);
    command.reason = request.reason();
    command.expires_at = fields.time("expires_at", request.has_expires_at(), request.expires_at());
    return fields.finish(std::move(command));
}

}  // namespace whispr::codec
