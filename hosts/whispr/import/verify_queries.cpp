#include "import/verify_queries.hpp"

namespace whispr_cli::answers {

namespace {

/// A moment as microseconds since 1970, or "-".
std::string moment(const std::string& column) {
    return "CASE WHEN isfinite(" + column + ") THEN (extract(epoch FROM " + column +
           ") * 1000000)::bigint::text ELSE '-' END";
}

std::string digest_of_bytes(const std::string& bytes) {
    return "encode(substring(sha256(" + bytes + ") FROM 1 FOR 8), 'hex')";
}
std::string digest(const std::string& text) {
    return digest_of_bytes("convert_to(coalesce((" + text + ")::text, ''), 'UTF8')");
}

std::string literal(whispr::Time now) {
    return "(timestamp '1970-01-01' + interval '1 microsecond' * " +
           std::to_string(now.time_since_epoch().count()) + ")";
}

/// Joined by blanks; nothing is left out.
template <class... Parts>
std::string line(const char* kind, const Parts&... parts) {
    std::string text = std::string("concat_ws(' ', '") + kind + "'";
    ((text += ", coalesce((" + std::string(parts) + ")::text, '-')"), ...);
    return text + ")";
}

std::string restriction(const char* type) {
    return std::string(
               "(SELECT CASE WHEN count(*) = 0 THEN '-' WHEN bool_or(s.expires_at IS NULL) "
               "THEN 'ever' ELSE max(") +
           moment("s.expires_at") +
           ") END FROM conversation_sanctions s WHERE s.conversation_id = x.conversation_id AND "
           "s.user_id = x.user_id AND s.active AND s.type = '" +
           type + "')";
}

/// What the member has not read: from the first message of others that neither the moment of
/// reading nor a receipt covers.
std::string unread(whispr::Time now) {
    const std::string of_others =
        "m.conversation_id = x.conversation_id AND m.sender_id IS DISTINCT FROM x.user_id AND "
        "NOT m.is_deleted";
    return "CASE WHEN x.is_active THEN (SELECT count(*) FROM (SELECT 1 FROM (SELECT m.sent_at, "
           "m.inserted_at, m.id FROM messages m WHERE " +
           of_others +
           " AND (x.last_read_at IS NULL OR m.sent_at > x.last_read_at) AND NOT EXISTS (SELECT 1 "
           "FROM delivery_statuses d WHERE d.message_id = m.id AND d.user_id = x.user_id AND "
           "d.read_at IS NOT NULL) ORDER BY m.sent_at, m.inserted_at, m.id LIMIT 1) g JOIN "
           "messages m ON (m.sent_at, m.inserted_at, m.id) >= (g.sent_at, g.inserted_at, g.id) "
           "WHERE " +
           of_others + " AND (m.expires_at IS NULL OR m.expires_at > " + literal(now) +
           ") AND NOT EXISTS (SELECT 1 FROM user_message_deletions h WHERE h.message_id = m.id "
           "AND h.user_id = x.user_id) LIMIT 1000) u)::text ELSE '-' END";
}

std::string on(const char* key) {
    return std::string("CASE WHEN x.settings->>'") + key + "' = 'false' THEN 0 ELSE 1 END";
}
std::string off(const char* key) {
    return std::string("CASE WHEN x.settings->>'") + key + "' = 'true' THEN 1 ELSE 0 END";
}

std::string of_messages(const std::string& line, const char* table, const ConversationRange& range,
                        const char* condition) {
    return "SELECT m.conversation_id, m.id, " + line + " FROM messages m JOIN " + table +
           " x ON x.message_id = m.id WHERE " + in_range("m", range) + condition + " ORDER BY " +
           message_order("m");
}

std::string of_conversations(const std::string& columns, const char* table,
                             const ConversationRange& range) {
    return "SELECT x.conversation_id, " + columns + " FROM " + table + " x WHERE " +
           in_range("x", range);
}

}  // namespace

std::string conversations(const ConversationRange& range) {
    return "SELECT x.id, " +
           line("conversation", "x.type", "CASE WHEN x.is_active THEN 1 ELSE 0 END",
                "x.external_group_id", digest("coalesce(x.metadata::text, '{}')"),
                moment("x.inserted_at"), moment("x.updated_at"),
                "SELECT count(*) FROM conversation_members m WHERE m.conversation_id = x.id AND "
                "m.is_active",
                "SELECT count(*) FROM messages m WHERE m.conversation_id = x.id") +
           " FROM conversations x WHERE x.id BETWEEN '" + range.first.to_string() + "' AND '" +
           range.last.to_string() + "' ORDER BY x.id";
}

std::string members(const ConversationRange& range, whispr::Time now) {
    return of_conversations(
               "x.user_id, " +
                   line("member", "x.user_id",
                        "CASE WHEN x.settings->>'role' IN ('admin', 'owner', 'moderator') THEN "
                        "x.settings->>'role' ELSE 'member' END",
                        "CASE WHEN x.is_active THEN 1 ELSE 0 END", moment("x.joined_at"),
                        on("notifications"), on("sound_enabled"), on("desktop_notifications"),
                        on("mobile_notifications"), on("mention_notifications"), off("is_muted"),
                        off("is_pinned"), off("is_archived"), digest("x.settings->>'custom_name'"),
                        restriction("mute"), restriction("shadow_restrict"), unread(now)),
               "conversation_members", range) +
           " ORDER BY x.conversation_id";
}

std::string messages(const ConversationRange& range) {
    const auto unless_deleted = [](const std::string& value, const std::string& otherwise) {
        return "CASE WHEN m.is_deleted THEN " + otherwise + " ELSE " + value + " END";
    };
    return "SELECT m.conversation_id, m.id, " +
           line(
               "message",
               "row_number() OVER (PARTITION BY m.conversation_id ORDER BY m.sent_at, "
               "m.inserted_at, m.id)",
               "m.id", "coalesce(m.sender_id, '00000000-0000-0000-0000-000000000000')",
               "m.message_type", "CASE WHEN m.is_deleted THEN 'deleted' ELSE 'kept' END",
               "floor(extract(epoch FROM m.sent_at))::bigint",
               unless_deleted(digest_of_bytes("coalesce(m.content, '')"), digest("''")),
               digest(unless_deleted("coalesce(m.metadata::text, '{}')", "'{}'")),
               digest(unless_deleted(
                   "coalesce(m.signature, '') || ' ' || coalesce(m.sender_public_key, '')", "' '")),
               "m.client_random", moment("m.edited_at"), moment("m.expires_at"), "r.id") +
           " FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id AND r.conversation_id = "
           "m.conversation_id WHERE " +
           in_range("m", range) + " ORDER BY " + message_order("m");
}

std::string reactions(const ConversationRange& range) {
    return of_messages(
        line("reaction", "m.id", "x.id", "x.user_id", "x.reaction", moment("x.inserted_at")),
        "message_reactions", range, " AND NOT m.is_deleted");
}

std::string attachments(const ConversationRange& range) {
    return of_messages(line("attachment", "m.id", "x.id", "x.file_type", "x.file_size",
                            digest("concat_ws(' ', x.filename, x.mime_type, x.storage_url, "
                                   "coalesce(x.thumbnail_url, ''))"),
                            digest("coalesce(x.metadata::text, '{}')"), moment("x.inserted_at")),
                       "message_attachments", range,
                       " AND NOT m.is_deleted AND x.is_deleted IS NOT TRUE");
}

std::string hidden(const ConversationRange& range) {
    return of_messages("x.user_id, " + line("hidden", "m.id", "x.user_id"),
                       "user_message_deletions", range, "");
}

std::string pins(const ConversationRange& range) {
    return of_messages(line("pin", "m.id", "x.id", "x.pinned_by", moment("x.pinned_at")),
                       "pinned_messages", range,
                       " AND NOT m.is_deleted AND x.conversation_id = m.conversation_id");
}

std::string sanctions(const ConversationRange& range, whispr::Time now) {
    return of_conversations(line("sanction", "x.id", "x.user_id", "x.type", digest("x.reason"),
                                 "x.issued_by", moment("x.expires_at"), moment("x.inserted_at")),
                            "conversation_sanctions", range) +
           " AND x.active AND (x.expires_at IS NULL OR x.expires_at > " + literal(now) +
           ") ORDER BY x.conversation_id";
}

std::string drafts(const ConversationRange& range) {
    return of_conversations("x.user_id, " + line("draft", "x.id", "x.user_id",
                                                 digest_of_bytes("coalesce(x.content, '')"),
                                                 digest("coalesce(x.metadata::text, '{}')"),
                                                 moment("x.inserted_at"), moment("x.updated_at")),
                            "message_drafts", range) +
           " ORDER BY x.conversation_id";
}

std::string schedules(const ConversationRange& range) {
    return of_conversations(
               "x.sender_id, x.status::text, " +
                   line("schedule", "x.id", "x.sender_id", "x.message_type", "x.status",
                        digest_of_bytes("coalesce(x.content, '')"),
                        digest("coalesce(x.metadata::text, '{}')"), moment("x.scheduled_at"),
                        moment("x.inserted_at"), moment("x.updated_at")),
               "scheduled_messages", range) +
           " ORDER BY x.conversation_id, x.sender_id, x.status";
}

std::string reports() {
    return "SELECT x.id, " +
           line("report", "x.id", "x.reporter_id", "x.reported_user_id", "x.conversation_id",
                "x.message_id", "x.category", "x.status",
                "CASE WHEN x.auto_escalated THEN 1 ELSE 0 END", digest("x.description"),
                digest("coalesce(x.evidence::text, '{}')"),
                digest("CASE WHEN x.resolution IS NOT NULL THEN concat_ws(' ', "
                       "coalesce(x.resolution->>'action', ''), "
                       "coalesce(x.resolution->>'resolved_by', ''), "
                       "coalesce(x.resolution->>'notes', '')) END"),
                moment("x.inserted_at"), moment("x.updated_at")) +
           " FROM reports x ORDER BY x.id";
}

std::string sender_keys() {
    return "SELECT x.user_id, " +
           line("key", "x.user_id", digest("x.public_key"), moment("x.inserted_at")) +
           " FROM sender_public_keys x ORDER BY x.user_id";
}

}  // namespace whispr_cli::answers
