#include "sql_tables.hpp"

#include <array>
#include <deque>

namespace whispr::sql {

namespace {

/// A table's name and its columns with their types, those of its primary key in order.
struct Described {
    std::string_view name;
    std::string_view key;
    std::string_view others;
    bool by_message = false;
};

constexpr std::array described{
    Described{"conversations", "no bigint",
              "id uuid, type small, active bool, created_by uuid, created_at bigint, "
              "updated_at bigint, last_activity_at bigint, last_sent_at bigint, mseq bigint, "
              "eseq bigint, members_eseq bigint, policy_eseq bigint, floor_mseq bigint, "
              "member_count bigint, external_group_id uuid, op_id uuid, metadata text"},
    Described{"direct_pairs", "lo uuid, hi uuid", "no bigint"},
    Described{"members", "no bigint, user_id uuid",
              "role small, active bool, joined_at bigint, last_eseq bigint, muted_until bigint, "
              "shadowed_until bigint, read_mseq bigint, read_at bigint, shown_read_mseq bigint, "
              "delivered_mseq bigint, delivered_at bigint"},
    Described{"memberships", "user_id uuid, no bigint",
              "active bool, notifications bool, sound_enabled bool, desktop_notifications bool, "
              "mobile_notifications bool, mention_notifications bool, muted bool, pinned bool, "
              "archived bool, hidden_mseq bigint, unread_from bigint, last_useq bigint, "
              "custom_name text"},
    Described{"messages", "no bigint, mseq bigint",
              "last_eseq bigint, sent_at bigint, updated_at bigint, type small, deleted bool, "
              "shadowed bool, reply_to_mseq bigint, expires_at bigint, edited_at bigint, "
              "client_random bigint, id uuid, sender uuid, op_id uuid, signature bytes, "
              "sender_public_key bytes, metadata text, content bytes",
              true},
    Described{"message_ids", "id uuid", "no bigint, mseq bigint"},
    Described{"reactions", "no bigint, mseq bigint, user_id uuid, reaction text",
              "id uuid, created_at bigint", true},
    Described{"hidden_messages", "user_id uuid, no bigint, mseq bigint", ""},
    Described{"users", "id uuid", "useq bigint"},
    Described{"pins", "no bigint, mseq bigint", "id uuid, pinned_by uuid, pinned_at bigint", true},
    Described{"attachments", "no bigint, mseq bigint, id uuid",
              "op_id uuid, type small, size bigint, uploaded_at bigint, media_id text, "
              "file_name text, mime_type text, url text, thumbnail_url text, metadata text, "
              "blob bytes, encrypted bool, width bigint, height bigint, thumbnails text",
              true},
    Described{"drafts", "user_id uuid, no bigint",
              "id uuid, created_at bigint, updated_at bigint, last_useq bigint, metadata text, "
              "content bytes"},
    Described{"schedules", "id uuid",
              "no bigint, sender uuid, type small, status small, client_random bigint, op_id uuid, "
              "scheduled_at bigint, created_at bigint, updated_at bigint, last_useq bigint, "
              "metadata text, content bytes"},
    Described{"reports", "id uuid",
              "reporter uuid, reported uuid, conversation_id uuid, message_id uuid, op_id uuid, "
              "category small, status small, auto_escalated bool, created_at bigint, "
              "updated_at bigint, resolved_by uuid, resolved_at bigint, resolution_action text, "
              "resolution_notes text, description text, evidence text"},
    Described{"sanctions", "no bigint, id uuid",
              "user_id uuid, type small, lifted bool, issued_by uuid, expires_at bigint, "
              "created_at bigint, reason text"},
    Described{"sender_keys", "user_id uuid, public_key text",
              "device text, first_used_at bigint, revoked_at bigint"},
    Described{"blobs", "digest bytes", "size bigint, reserved_until bigint, removing_since bigint"},
    Described{"blob_refs", "blob bytes, holder uuid", "owner uuid, size bigint"},
    Described{"blob_checks", "since bigint, blob bytes", ""},
    Described{"uploads", "id uuid",
              "owner uuid, op_id uuid, type small, size bigint, created_at bigint, "
              "expires_at bigint, file_name text, mime_type text, metadata text, blob bytes, "
              "encrypted bool, width bigint, height bigint, thumbnails text"}};

constexpr std::array left_out{
    TableLeftOut{"store", "its epoch is copied by itself; the rest is about the database's server"},
    TableLeftOut{"imports", "says where a store's own rows come from, the copy's, too"},
    TableLeftOut{"schema_migrations", "each database keeps its own"},
    TableLeftOut{"search_cursors", "without them the target's server writes the index again"},
    TableLeftOut{"message_words", "an index in each database's own form"}};

/// Statements refer to their texts, which live as long as the program.
std::string_view keep(std::string text) {
    static std::deque<std::string> kept;
    return kept.emplace_back(std::move(text));
}

/// Lists of a table's columns, as they are needed in its statements.
class Lists {
 public:
    explicit Lists(const Described& table) : table_(table) {
        const std::size_t key_columns = add(table.key);
        key_count_ = key_columns;
        (void)add(table.others);
    }

    [[nodiscard]] std::vector<std::string_view> names() const { return names_; }
    [[nodiscard]] std::size_t key_count() const { return key_count_; }

    /// As columns of the alias `t`.
    [[nodiscard]] std::string selected(std::size_t count) const {
        return joined(count, "{no t}, {mseq t}",
                      [](std::string_view name) { return "t." + std::string(name); });
    }
    /// As an INSERT or an ORDER BY names them.
    [[nodiscard]] std::string plain(std::size_t count) const {
        return joined(count, "{message_key}",
                      [](std::string_view name) { return std::string(name); });
    }
    [[nodiscard]] std::string falling_key() const {
        return joined(key_count_, "{message_key_falling}",
                      [](std::string_view name) { return std::string(name) + " DESC"; });
    }
    /// As values of the key set.
    [[nodiscard]] std::string values(std::size_t count) const {
        return joined(count, "{key $no; $mseq}",
                      [](std::string_view name) { return "$" + std::string(name); });
    }

 private:
    std::size_t add(std::string_view columns) {
        std::size_t count = 0;
        while (!columns.empty()) {
            names_.push_back(columns.substr(0, columns.find(' ')));
            ++count;
            const auto comma = columns.find(", ");
            columns = comma == std::string_view::npos ? "" : columns.substr(comma + 2);
        }
        return count;
    }

    template <class Written>
    std::string joined(std::size_t count, std::string_view message, Written written) const {
        std::string list;
        std::size_t at = 0;
        if (table_.by_message) {
            list = message;
            at = 2;
        }
        for (; at < count; ++at)
            list.append(list.empty() ? "" : ", ").append(written(names_[at]));
        return list;
    }

    const Described& table_;
    std::vector<std::string_view> names_;
    std::size_t key_count_ = 0;
};

void write_statements(CopiedTable& table, const Described& from, const Lists& lists) {
    const std::string name(from.name);
    const std::size_t key = lists.key_count();
    const std::size_t all = lists.names().size();
    const std::string select =
        "SELECT " + lists.selected(all) + " FROM {keys} {lateral} (SELECT * FROM " + name;
    const std::string in_order = " ORDER BY " + lists.plain(key) +
                                 " LIMIT $max_rows) t {still_by " + lists.selected(key) + "}";
    const std::string columns = std::string(from.key) + (from.others.empty() ? "" : ", ");
    table.read_first = {keep("read " + name + " from the beginning"), "max_rows bigint",
                        keep(select + in_order)};
    table.read_beyond = {keep("read " + name), keep(std::string(from.key) + ", max_rows bigint"),
                         keep(select + " WHERE (" + lists.plain(key) + ") > (" + lists.values(key) +
                              ")" + in_order)};
    table.read_last = {
        keep("read the end of " + name), "max_rows bigint",
        keep("SELECT " + lists.selected(key) + " FROM {keys} {lateral} (SELECT * FROM " + name +
             " ORDER BY " + lists.falling_key() + " LIMIT $max_rows) t")};
    table.insert = {keep("copy " + name), keep(columns + std::string(from.others)),
                    keep("INSERT INTO " + name + " (" + lists.plain(all) + ") {values} " +
                         lists.values(all) + " {/values}")};
}

std::vector<CopiedTable> make_tables() {
    std::vector<CopiedTable> tables;
    for (const Described& from : described) {
        CopiedTable& table = tables.emplace_back();
        const Lists lists(from);
        table.name = from.name;
        table.by_message = from.by_message;
        table.key_columns = lists.key_count();
        write_statements(table, from, lists);
        const std::vector<KeyType> types = expand(table.insert, Dialect::sqlite).keys;
        for (std::size_t i = 0; i < types.size(); ++i)
            table.columns.push_back({lists.names()[i], types[i]});
    }
    return tables;
}

}  // namespace

std::span<const CopiedTable> copied_tables() {
    static const std::vector<CopiedTable> tables = make_tables();
    return tables;
}

std::span<const TableLeftOut> tables_left_out() noexcept {
    return left_out;
}

std::span<const Statement* const> table_statements() {
    static const std::vector<const Statement*> statements = [] {
        std::vector<const Statement*> all;
        for (const CopiedTable& table : copied_tables()) {
            all.insert(all.end(),
                       {&table.read_first, &table.read_beyond, &table.read_last, &table.insert});
        }
        return all;
    }();
    return statements;
}

}  // namespace whispr::sql
