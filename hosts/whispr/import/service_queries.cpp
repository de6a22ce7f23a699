#include "import/service_queries.hpp"

namespace whispr_cli {

namespace {

/// Rows of a table that belong to messages, in the messages' order.
std::string of_messages(const std::string& columns, const char* table,
                        const ConversationRange& range, const std::string& condition,
                        const std::string& order) {
    return "SELECT m.conversation_id, m.id, " + columns + " FROM messages m JOIN " + table +
           " x ON x.message_id = m.id WHERE " + in_range("m", range) + condition + " ORDER BY " +
           message_order("m") + order;
}

std::string of_conversations(const std::string& columns, const char* table,
                             const ConversationRange& range, const char* order) {
    return "SELECT x.conversation_id, " + columns + " FROM " + table + " x WHERE " +
           in_range("x", range) + " ORDER BY x.conversation_id, " + order;
}

/// A switch of a member that is on unless it was turned off.
std::string on_by_default(const char* key) {
    return std::string("coalesce(x.settings->>'") + key + "', 'true') <> 'false'";
}
std::string off_by_default(const char* key) {
    return std::string("coalesce(x.settings->>'") + key + "', 'false') = 'true'";
}

}  // namespace

std::string in_range(const char* alias, const ConversationRange& range) {
    return std::string(alias) + ".conversation_id BETWEEN '" + range.first.to_string() + "' AND '" +
           range.last.to_string() + "'";
}

std::string message_order(const char* alias) {
    const std::string a(alias);
    return a + ".conversation_id, " + a + ".sent_at, " + a + ".inserted_at, " + a + ".id";
}

std::string next_conversations_query(const whispr::ConversationId* beyond, std::size_t limit) {
    return "SELECT id FROM conversations " +
           (beyond ? "WHERE id > '" + beyond->to_string() + "' " : std::string()) +
           "ORDER BY id LIMIT " + std::to_string(limit);
}

std::string conversations_query(const ConversationRange& range) {
    return "SELECT id, type::text, external_group_id, coalesce(metadata::text, '{}'), is_active, "
           "inserted_at, updated_at FROM conversations WHERE id BETWEEN '" +
           range.first.to_string() + "' AND '" + range.last.to_string() + "' ORDER BY id";
}

std::string members_query(const ConversationRange& range) {
    return of_conversations(
        "x.user_id, x.joined_at, x.last_read_at, x.is_active, x.settings->>'role', " +
            on_by_default("notifications") + ", " + on_by_default("sound_enabled") + ", " +
            on_by_default("desktop_notifications") + ", " + on_by_default("mobile_notifications") +
            ", " + on_by_default("mention_notifications") + ", " + off_by_default("is_muted") +
            ", " + off_by_default("is_pinned") + ", " + off_by_default("is_archived") +
            ", x.settings->>'custom_name'",
        "conversation_members", range, "x.joined_at, x.inserted_at, x.id");
}

std::string messages_query(const ConversationRange& range) {
    return "SELECT m.conversation_id, m.id, m.sender_id, m.message_type::text, m.content, "
           "coalesce(m.metadata::text, '{}'), m.client_random, m.sent_at, m.edited_at, "
           "coalesce(m.is_deleted, false), m.signature::text, m.sender_public_key::text, "
           "m.expires_at, m.updated_at FROM messages m WHERE " +
           in_range("m", range) + " ORDER BY " + message_order("m");
}

std::string replies_query(const ConversationRange& range) {
    return "SELECT m.conversation_id, m.id, t.mseq FROM (SELECT n.id, n.conversation_id, "
           "row_number() OVER (PARTITION BY n.conversation_id ORDER BY n.sent_at, n.inserted_at, "
           "n.id) AS mseq FROM messages n WHERE " +
           in_range("n", range) +
           ") t JOIN messages m ON m.reply_to_id = t.id AND m.conversation_id = t.conversation_id "
           "WHERE " +
           in_range("m", range) + " ORDER BY " + message_order("m");
}

std::string receipts_query(const ConversationRange& range) {
    return of_messages("x.user_id, x.delivered_at, x.read_at", "delivery_statuses", range,
                       " AND (x.delivered_at IS NOT NULL OR x.read_at IS NOT NULL)", "");
}

std::string reactions_query(const ConversationRange& range) {
    return of_messages("x.id, x.user_id, x.reaction::text, x.inserted_at", "message_reactions",
                       range, " AND NOT m.is_deleted", ", x.inserted_at, x.id");
}

std::string attachments_query(const ConversationRange& range) {
    return of_messages(
        "x.id, x.filename::text, x.file_type::text, x.file_size, x.mime_type::text, "
        "x.storage_url::text, x.thumbnail_url::text, coalesce(x.metadata::text, '{}'), "
        "x.inserted_at",
        "message_attachments", range, " AND NOT m.is_deleted AND x.is_deleted IS NOT TRUE",
        ", x.inserted_at, x.id");
}

std::string pins_query(const ConversationRange& range) {
    return of_messages("x.id, x.pinned_by, x.pinned_at", "pinned_messages", range,
                       " AND NOT m.is_deleted AND x.conversation_id = m.conversation_id", "");
}

std::string hidden_query(const ConversationRange& range) {
    return of_messages("x.user_id", "user_message_deletions", range, "", ", x.user_id");
}

std::string drafts_query(const ConversationRange& range) {
    return of_conversations(
        "x.user_id, x.id, x.content, coalesce(x.metadata::text, '{}'), x.inserted_at, "
        "x.updated_at",
        "message_drafts", range, "x.user_id");
}

std::string schedules_query(const ConversationRange& range) {
    return of_conversations(
        "x.id, x.sender_id, x.content, x.message_type::text, coalesce(x.metadata::text, '{}'), "
        "x.client_random, x.scheduled_at, x.status::text, x.inserted_at, x.updated_at",
        "scheduled_messages", range, "x.id");
}

std::string sanctions_query(const ConversationRange& range) {
    return of_conversations(
        "x.id, x.user_id, x.type::text, x.reason::text, x.issued_by, x.expires_at, x.active, "
        "x.inserted_at",
        "conversation_sanctions", range, "x.inserted_at, x.id");
}

std::string pairs_query() {
    // The two that it began with: somebody may have been added later. Of several conversations of
    // the same two, one that is in use comes first, then the newest.
    return "SELECT DISTINCT ON (p.lo, p.hi) p.lo, p.hi, p.id FROM (SELECT c.id, c.is_active, "
           "c.inserted_at, least(x.users[1], x.users[2]) AS lo, "
           "greatest(x.users[1], x.users[2]) AS hi FROM conversations c JOIN (SELECT "
           "conversation_id, array_agg(user_id ORDER BY joined_at, inserted_at, id) AS users, "
           "array_agg(joined_at ORDER BY joined_at, inserted_at, id) AS joined "
           "FROM conversation_members GROUP BY conversation_id) x ON x.conversation_id = c.id "
           "WHERE c.type = 'direct' AND (cardinality(x.users) = 2 OR "
           "cardinality(x.users) > 2 AND x.joined[2] < x.joined[3])) p "
           "ORDER BY p.lo, p.hi, p.is_active DESC, p.inserted_at DESC, p.id DESC";
}

std::string reports_query() {
    return "SELECT id, reporter_id, reported_user_id, conversation_id, message_id, "
           "category::text, description::text, coalesce(evidence::text, '{}'), status::text, "
           "auto_escalated, inserted_at, updated_at, resolution IS NOT NULL, "
           "resolution->>'action', resolution->>'resolved_by', CASE WHEN "
           "resolution->>'resolved_at' ~ '^\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d' THEN "
           "(resolution->>'resolved_at')::timestamp END, resolution->>'notes' "
           "FROM reports ORDER BY id";
}

std::string sender_keys_query() {
    return "SELECT user_id, public_key::text, inserted_at FROM sender_public_keys "
           "ORDER BY user_id";
}

}  // namespace whispr_cli
