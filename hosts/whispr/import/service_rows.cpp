#include "import/service_rows.hpp"

#include <algorithm>

namespace whispr_cli {

using namespace whispr;

namespace {

/// A schedule must have one; the service's column may be empty.
std::int64_t client_random_from(const Uuid& id) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i)
        value = value << 8 | id.bytes[10 + i];
    return value;
}

}  // namespace

ConversationRow conversation_of(const SourceRow& row) {
    ConversationRow conversation;
    conversation.id = row.id<ConversationId>(0);
    conversation.type =
        row.text(1) == "direct" ? ConversationType::direct : ConversationType::group;
    conversation.external_group_id = row.optional_uuid(2);
    conversation.metadata = row.string(3);
    conversation.active = row.boolean(4);
    conversation.created_at = conversation.last_activity_at = row.time(5);
    conversation.updated_at = row.time(6);
    return conversation;
}

ServiceMember member_of(const SourceRow& row) {
    ServiceMember found;
    MemberRow& member = found.member;
    member.user = found.membership.user = row.id<UserId>(1);
    member.joined_at = row.time(2);
    found.last_read_at = row.optional_time(3);
    member.active = found.membership.active = row.boolean(4);
    member.role = parse_role(row.text(5)).value_or(Role::member);
    MemberSettings& settings = found.membership.settings;
    settings.notifications = row.boolean(6);
    settings.sound_enabled = row.boolean(7);
    settings.desktop_notifications = row.boolean(8);
    settings.mobile_notifications = row.boolean(9);
    settings.mention_notifications = row.boolean(10);
    settings.muted = row.boolean(11);
    settings.pinned = row.boolean(12);
    settings.archived = row.boolean(13);
    if (!row.text(14).empty()) settings.custom_name = row.string(14);
    return found;
}

MessageRow message_of(const SourceRow& row, Mseq mseq) {
    MessageRow message;
    message.conversation = row.id<ConversationId>(0);
    message.id = row.id<MessageId>(1);
    message.mseq = mseq;
    message.last_eseq = mseq;
    // Nobody is the system.
    message.sender = row.id<UserId>(2);
    message.type = parse_message_type(row.text(3)).value_or(MessageType::text);
    message.client_random = row.optional_number(6);
    message.sent_at = row.time(7);
    message.edited_at = row.optional_time(8);
    message.deleted = row.boolean(9);
    message.expires_at = row.optional_time(12);
    message.updated_at = row.time(13);
    if (message.deleted) return message;
    message.content = row.string(4);
    message.metadata = row.string(5);
    message.signature = row.string(10);
    message.sender_public_key = row.string(11);
    return message;
}

Receipt receipt_of(const SourceRow& row) {
    return {row.id<UserId>(2), row.optional_time(3), row.optional_time(4)};
}

ReactionRow reaction_of(const SourceRow& row, Mseq mseq) {
    return {mseq, row.id<ReactionId>(2), row.id<UserId>(3), row.string(4), row.time(5)};
}

AttachmentRow attachment_of(const SourceRow& row, Mseq mseq) {
    AttachmentRow attachment;
    attachment.mseq = mseq;
    attachment.id = row.id<AttachmentId>(2);
    attachment.file_name = row.string(3);
    attachment.type = parse_file_type(row.text(4)).value_or(FileType::document);
    attachment.size = row.number(5);
    attachment.mime_type = row.string(6);
    attachment.url = row.string(7);
    attachment.thumbnail_url = row.string(8);
    attachment.metadata = row.string(9);
    attachment.uploaded_at = row.time(10);
    return attachment;
}

PinRow pin_of(const SourceRow& row, Mseq mseq) {
    return {mseq, row.id<PinId>(2), row.id<UserId>(3), row.time(4)};
}

DraftRow draft_of(const SourceRow& row) {
    DraftRow draft;
    draft.user = row.id<UserId>(1);
    draft.id = row.id<DraftId>(2);
    draft.content = row.string(3);
    draft.metadata = row.string(4);
    draft.created_at = row.time(5);
    draft.updated_at = row.time(6);
    return draft;
}

ScheduleRow schedule_of(const SourceRow& row) {
    ScheduleRow schedule;
    schedule.id = row.id<ScheduleId>(1);
    schedule.sender = row.id<UserId>(2);
    schedule.content = row.string(3);
    schedule.type = parse_message_type(row.text(4)).value_or(MessageType::text);
    schedule.metadata = row.string(5);
    schedule.client_random = row.null(6) ? client_random_from(schedule.id.uuid) : row.number(6);
    schedule.scheduled_at = row.time(7);
    schedule.status = parse_schedule_status(row.text(8)).value_or(ScheduleStatus::failed);
    schedule.created_at = row.time(9);
    schedule.updated_at = row.time(10);
    return schedule;
}

SanctionRow sanction_of(const SourceRow& row) {
    SanctionRow sanction;
    sanction.id = row.id<SanctionId>(1);
    sanction.user = row.id<UserId>(2);
    sanction.type = parse_sanction_type(row.text(3)).value_or(SanctionType::mute);
    sanction.reason = row.string(4);
    sanction.issued_by = row.id<UserId>(5);
    sanction.expires_at = row.optional_time(6);
    // The service also switches off what has expired; both have no effect any more.
    sanction.lifted = !row.boolean(7);
    sanction.created_at = row.time(8);
    return sanction;
}

ReportRow report_of(const SourceRow& row) {
    ReportRow filed;
    Report& report = filed.report;
    report.id = row.id<ReportId>(0);
    report.reporter = row.id<UserId>(1);
    report.reported = row.id<UserId>(2);
    if (!row.null(3)) report.conversation = row.id<ConversationId>(3);
    if (!row.null(4)) report.message = row.id<MessageId>(4);
    report.category = parse_report_category(row.text(5)).value_or(ReportCategory::other);
    report.description = row.string(6);
    report.evidence = row.string(7);
    report.status = parse_report_status(row.text(8)).value_or(ReportStatus::pending);
    report.auto_escalated = row.boolean(9);
    report.created_at = row.time(10);
    report.updated_at = row.time(11);
    if (row.boolean(12)) {
        report.resolution =
            Resolution{.action = row.string(13),
                       .resolved_by = UserId::parse(row.text(14)).value_or(UserId{}),
                       .resolved_at = row.null(15) ? report.updated_at : row.time(15),
                       .notes = row.string(16)};
    }
    return filed;
}

SenderKeyRow sender_key_of(const SourceRow& row) {
    SenderKeyRow found;
    found.user = row.id<UserId>(0);
    found.key.public_key = row.string(1);
    found.key.first_used_at = row.time(2);
    return found;
}

void apply_sanction(const SanctionRow& sanction, MemberRow& member) {
    if (sanction.lifted || sanction.user != member.user) return;
    const Time until = sanction.expires_at.value_or(Time::max());
    if (sanction.type == SanctionType::mute) {
        member.muted_until = std::max(member.muted_until.value_or(until), until);
    } else if (sanction.type == SanctionType::shadow_restrict) {
        member.shadowed_until = std::max(member.shadowed_until.value_or(until), until);
    }
}

}  // namespace whispr_cli
