#include "import/service_tables.hpp"

#include <algorithm>
#include <array>

namespace whispr_cli {

namespace {

constexpr std::array tables{
    ServiceTable{"conversations",
                 "id uuid, type text, external_group_id uuid, metadata json, is_active bool, "
                 "inserted_at time, updated_at time"},
    ServiceTable{"conversation_members",
                 "id uuid, conversation_id uuid, user_id uuid, settings json, joined_at time, "
                 "last_read_at time, is_active bool, inserted_at time"},
    ServiceTable{"messages",
                 "id uuid, conversation_id uuid, sender_id uuid, reply_to_id uuid, "
                 "message_type text, content bytes, metadata json, client_random number, "
                 "sent_at time, edited_at time, is_deleted bool, signature text, "
                 "sender_public_key text, expires_at time, inserted_at time, updated_at time"},
    ServiceTable{"delivery_statuses",
                 "message_id uuid, user_id uuid, delivered_at time, read_at time"},
    ServiceTable{"message_reactions",
                 "id uuid, message_id uuid, user_id uuid, reaction text, inserted_at time"},
    ServiceTable{"message_attachments",
                 "id uuid, message_id uuid, filename text, file_type text, file_size number, "
                 "mime_type text, storage_url text, thumbnail_url text, metadata json, "
                 "is_deleted bool, inserted_at time"},
    ServiceTable{"pinned_messages",
                 "id uuid, message_id uuid, conversation_id uuid, pinned_by uuid, pinned_at time"},
    ServiceTable{"user_message_deletions", "user_id uuid, message_id uuid"},
    ServiceTable{"message_drafts",
                 "id uuid, conversation_id uuid, user_id uuid, content bytes, metadata json, "
                 "inserted_at time, updated_at time"},
    ServiceTable{"scheduled_messages",
                 "id uuid, conversation_id uuid, sender_id uuid, content bytes, "
                 "message_type text, metadata json, client_random number, scheduled_at time, "
                 "status text, inserted_at time, updated_at time"},
    ServiceTable{"sender_public_keys", "user_id uuid, public_key text, inserted_at time"},
    ServiceTable{"conversation_settings", "conversation_id uuid, settings json"},
    ServiceTable{"reports",
                 "id uuid, reporter_id uuid, reported_user_id uuid, conversation_id uuid, "
                 "message_id uuid, category text, description text, evidence json, status text, "
                 "resolution json, auto_escalated bool, inserted_at time, updated_at time"},
    ServiceTable{"conversation_sanctions",
                 "id uuid, conversation_id uuid, user_id uuid, type text, reason text, "
                 "issued_by uuid, expires_at time, active bool, inserted_at time"},
};

bool is_of_kind(std::string_view type, std::string_view kind) {
    if (kind == "uuid") return type == "uuid";
    if (kind == "bytes") return type == "bytea";
    if (kind == "bool") return type == "boolean";
    if (kind == "text") return type == "text" || type.starts_with("character varying");
    if (kind == "json") return type == "jsonb" || type == "json";
    if (kind == "number") return type == "integer" || type == "bigint";
    return type.starts_with("timestamp");
}

/// Takes a word from the front, up to `end`, and what separates it from the next one.
std::string_view take(std::string_view& text, std::string_view end) {
    const auto at = std::min(text.find(end), text.size());
    const auto word = text.substr(0, at);
    text.remove_prefix(std::min(at + end.size(), text.size()));
    return word;
}

}  // namespace

std::span<const ServiceTable> service_tables() noexcept {
    return tables;
}

std::string columns_query(const ServiceTable& table) {
    return "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute "
           "WHERE attrelid = to_regclass('" +
           std::string(table.name) + "') AND attnum > 0 AND NOT attisdropped";
}

std::string compare_columns(const ServiceTable& table,
                            const std::map<std::string, std::string, std::less<>>& found) {
    const std::string name(table.name);
    if (found.empty()) return "\n  there is no table " + name;
    std::string differences;
    for (std::string_view rest = table.columns; !rest.empty();) {
        const std::string column(take(rest, " "));
        const std::string_view kind = take(rest, ", ");
        const auto type = found.find(column);
        if (type == found.end()) {
            differences += "\n  " + name + " has no column " + column;
        } else if (!is_of_kind(type->second, kind)) {
            differences += "\n  " + name + "." + column + " is of type " + type->second;
        }
    }
    return differences;
}

}  // namespace whispr_cli
