#include "sql_rows.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "sql_files.hpp"

namespace whispr::sql {

namespace {

struct NamedColumns {
    std::string_view name;
    std::string_view columns;
};

constexpr std::array named_columns{
    NamedColumns{"conversation",
                 "c.no, c.id, c.type, c.active, c.created_by, c.created_at, c.updated_at, "
                 "c.last_activity_at, c.last_sent_at, c.mseq, c.eseq, c.members_eseq, "
                 "c.policy_eseq, c.floor_mseq, c.member_count, c.external_group_id, c.op_id, "
                 "c.metadata"},
    NamedColumns{"member",
                 "m.user_id, m.role, m.active, m.joined_at, m.last_eseq, m.muted_until, "
                 "m.shadowed_until, m.read_mseq, m.read_at, m.shown_read_mseq, "
                 "m.delivered_mseq, m.delivered_at"},
    NamedColumns{"position",
                 "m.user_id, m.read_mseq, m.read_at, m.shown_read_mseq, m.delivered_mseq, "
                 "m.delivered_at"},
    NamedColumns{"membership",
                 "s.user_id, s.active, s.notifications, s.sound_enabled, "
                 "s.desktop_notifications, s.mobile_notifications, s.mention_notifications, "
                 "s.muted, s.pinned, s.archived, s.hidden_mseq, s.unread_from, s.last_useq, "
                 "s.custom_name"},
    NamedColumns{"message",
                 "{no m}, {mseq m}, m.last_eseq, m.sent_at, m.updated_at, m.type, m.deleted, "
                 "m.shadowed, "
                 "m.reply_to_mseq, m.expires_at, m.edited_at, m.client_random, m.id, m.sender, "
                 "m.op_id, m.signature, m.sender_public_key, m.metadata, m.content"},
    // Counted in the narrow index. Few users hide messages: that is looked up once.
    NamedColumns{"unread",
                 "CASE WHEN s.unread_from > 0 OR m.read_mseq < c.mseq THEN (SELECT count(*) "
                 "FROM (SELECT 1 FROM messages u {indexed messages_unread} WHERE {messages u; "
                 "c.no; CASE WHEN s.unread_from > 0 THEN s.unread_from ELSE m.read_mseq + 1 END; "
                 "c.mseq} AND u.sender <> $user_id AND NOT u.deleted "
                 "AND NOT u.shadowed "
                 "AND (u.expires_at IS NULL OR u.expires_at > $present) "
                 "AND (NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $user_id) "
                 "OR NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $user_id "
                 "AND h.no = c.no AND h.mseq = {mseq u})) LIMIT $max_unread) x) ELSE 0 END"},
    NamedColumns{"report_head",
                 "p.id, p.reporter, p.reported, p.category, p.status, p.auto_escalated, "
                 "p.created_at, p.updated_at, p.conversation_id, p.message_id, p.op_id, "
                 "p.resolved_by, p.resolved_at, p.resolution_action, p.resolution_notes"},
    NamedColumns{"report", "{report_head}, p.description, p.evidence"},
    NamedColumns{"sanction",
                 "x.no, x.id, x.user_id, x.type, x.lifted, x.issued_by, x.created_at, "
                 "x.expires_at, x.reason"},
    NamedColumns{"reaction", "{no r}, {mseq r}, r.user_id, r.id, r.created_at, r.reaction"},
    NamedColumns{"schedule",
                 "s.id, c.id, s.sender, s.type, s.status, s.client_random, s.op_id, "
                 "s.scheduled_at, s.created_at, s.updated_at, s.last_useq, s.metadata, s.content"},
    NamedColumns{"pin", "{no p}, {mseq p}, p.id, p.pinned_by, p.pinned_at"},
    NamedColumns{"attachment",
                 "{no a}, {mseq a}, a.id, a.op_id, a.type, a.size, a.uploaded_at, a.media_id, "
                 "a.file_name, a.mime_type, a.url, a.thumbnail_url, a.metadata, a.blob, "
                 "a.encrypted, a.width, a.height, "
                 "a.thumbnails"},
    NamedColumns{"upload",
                 "u.id, u.owner, u.op_id, u.type, u.size, u.created_at, u.expires_at, "
                 "u.file_name, u.mime_type, u.metadata, u.blob, u.encrypted, u.width, u.height, "
                 "u.thumbnails"},
};

}  // namespace

std::string_view row_columns(std::string_view name) noexcept {
    const auto found = std::find_if(named_columns.begin(), named_columns.end(),
                                    [name](const auto& named) { return named.name == name; });
    return found == named_columns.end() ? std::string_view{} : found->columns;
}

Uuid Columns::uuid() {
    Uuid id;
    const std::string_view bytes = row_.data(at_++);
    std::memcpy(id.bytes.data(), bytes.data(), std::min(bytes.size(), id.bytes.size()));
    return id;
}

BlobKey Columns::blob_key() {
    BlobKey key;
    const std::string_view bytes = row_.data(at_++);
    std::memcpy(key.bytes.data(), bytes.data(), std::min(bytes.size(), key.bytes.size()));
    return key;
}

ConversationRow read_conversation(Columns& columns) {
    ConversationRow row;
    row.no = columns.number();
    columns.id(row.id);
    row.type = static_cast<ConversationType>(columns.number());
    row.active = columns.boolean();
    columns.id(row.created_by);
    row.created_at = columns.time();
    row.updated_at = columns.time();
    row.last_activity_at = columns.time();
    row.last_sent_at = columns.time();
    row.mseq = columns.number();
    row.eseq = columns.number();
    row.members_eseq = columns.number();
    row.policy_eseq = columns.number();
    row.floor_mseq = columns.number();
    row.member_count = static_cast<std::uint32_t>(columns.number());
    row.external_group_id = columns.optional_uuid();
    if (const auto op = columns.optional_uuid()) row.op_id = OpId{*op};
    row.metadata = columns.text();
    return row;
}

std::pair<MemberRow, PositionRow> read_member(Columns& columns) {
    std::pair<MemberRow, PositionRow> rows;
    auto& [member, position] = rows;
    columns.id(member.user);
    position.user = member.user;
    member.role = static_cast<Role>(columns.number());
    member.active = columns.boolean();
    member.joined_at = columns.time();
    member.last_eseq = columns.number();
    member.muted_until = columns.optional_time();
    member.shadowed_until = columns.optional_time();
    position.read_mseq = columns.number();
    position.read_at = columns.optional_time();
    position.shown_read_mseq = columns.number();
    position.delivered_mseq = columns.number();
    position.delivered_at = columns.optional_time();
    return rows;
}

PositionRow read_position(Columns& columns) {
    PositionRow row;
    columns.id(row.user);
    row.read_mseq = columns.number();
    row.read_at = columns.optional_time();
    row.shown_read_mseq = columns.number();
    row.delivered_mseq = columns.number();
    row.delivered_at = columns.optional_time();
    return row;
}

MembershipRow read_membership(Columns& columns) {
    MembershipRow row;
    columns.id(row.user);
    row.active = columns.boolean();
    row.settings.notifications = columns.boolean();
    row.settings.sound_enabled = columns.boolean();
    row.settings.desktop_notifications = columns.boolean();
    row.settings.mobile_notifications = columns.boolean();
    row.settings.mention_notifications = columns.boolean();
    row.settings.muted = columns.boolean();
    row.settings.pinned = columns.boolean();
    row.settings.archived = columns.boolean();
    row.hidden_mseq = columns.number();
    row.unread_from = columns.number();
    row.last_useq = columns.number();
    if (columns.next_is_null()) {
        columns.skip(1);
    } else {
        row.settings.custom_name = columns.text();
    }
    return row;
}

std::pair<std::int64_t, MessageRow> read_message(Columns& columns) {
    std::pair<std::int64_t, MessageRow> numbered;
    auto& [no, row] = numbered;
    no = columns.number();
    row.mseq = columns.number();
    row.last_eseq = columns.number();
    row.sent_at = columns.time();
    row.updated_at = columns.time();
    row.type = static_cast<MessageType>(columns.number());
    row.deleted = columns.boolean();
    row.shadowed = columns.boolean();
    row.reply_to_mseq = columns.number();
    row.expires_at = columns.optional_time();
    row.edited_at = columns.optional_time();
    row.client_random = columns.optional_number();
    columns.id(row.id);
    columns.id(row.sender);
    if (const auto op = columns.optional_uuid()) row.op_id = OpId{*op};
    row.signature = columns.text();
    row.sender_public_key = columns.text();
    row.metadata = columns.text();
    row.content = columns.text();
    return numbered;
}

std::pair<std::int64_t, ReactionRow> read_reaction(Columns& columns) {
    std::pair<std::int64_t, ReactionRow> numbered;
    auto& [no, row] = numbered;
    no = columns.number();
    row.mseq = columns.number();
    columns.id(row.user);
    columns.id(row.id);
    row.created_at = columns.time();
    row.reaction = columns.text();
    return numbered;
}

std::pair<std::int64_t, PinRow> read_pin(Columns& columns) {
    std::pair<std::int64_t, PinRow> numbered;
    auto& [no, row] = numbered;
    no = columns.number();
    row.mseq = columns.number();
    columns.id(row.id);
    columns.id(row.pinned_by);
    row.pinned_at = columns.time();
    return numbered;
}

std::pair<std::int64_t, AttachmentRow> read_attachment(Columns& columns) {
    std::pair<std::int64_t, AttachmentRow> numbered;
    auto& [no, row] = numbered;
    no = columns.number();
    row.mseq = columns.number();
    columns.id(row.id);
    if (const auto op = columns.optional_uuid()) row.op_id = OpId{*op};
    row.type = static_cast<FileType>(columns.number());
    row.size = columns.number();
    row.uploaded_at = columns.time();
    row.media_id = columns.text();
    row.file_name = columns.text();
    row.mime_type = columns.text();
    row.url = columns.text();
    row.thumbnail_url = columns.text();
    row.metadata = columns.text();
    row.file = read_file(columns);
    return numbered;
}

}  // namespace whispr::sql
