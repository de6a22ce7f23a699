#include <array>

#include "sql_concepts.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load{
    "load drafts", "no bigint, user_id uuid",
    "SELECT d.no, d.user_id, d.id, d.created_at, d.updated_at, d.last_useq, d.metadata, d.content "
    "FROM {keys} drafts d WHERE d.user_id = $user_id AND d.no = $no"};

constexpr Statement remove{
    "remove drafts", "no bigint, user_id uuid",
    "DELETE FROM drafts {using_keys} WHERE drafts.user_id = $user_id AND drafts.no = $no"};

constexpr Statement create{
    "create drafts",
    "user_id uuid, no bigint, id uuid, created_at bigint, updated_at bigint, last_useq bigint, "
    "metadata text, content bytes",
    "INSERT INTO drafts (user_id, no, id, created_at, updated_at, last_useq, metadata, content) "
    "{values} $user_id, $no, $id, $created_at, $updated_at, $last_useq, $metadata, $content "
    "{/values}"};

constexpr Statement update{
    "update drafts",
    "user_id uuid, no bigint, updated_at bigint, last_useq bigint, metadata text, content bytes",
    "UPDATE drafts SET updated_at = $updated_at, last_useq = $last_useq, metadata = $metadata, "
    "content = $content {from_keys} WHERE drafts.user_id = $user_id AND drafts.no = $no"};

constexpr Statement find{"find a draft", "id uuid",
                         "SELECT c.id, d.user_id FROM {keys} drafts d "
                         "JOIN conversations c ON c.no = d.no WHERE d.id = $id"};

constexpr std::array statements{&load, &remove, &create, &update, &find};

std::pair<std::int64_t, DraftRow> read_draft(Columns& columns) {
    std::pair<std::int64_t, DraftRow> numbered;
    auto& [no, row] = numbered;
    no = columns.number();
    columns.id(row.user);
    columns.id(row.id);
    row.created_at = columns.time();
    row.updated_at = columns.time();
    row.last_useq = columns.number();
    row.metadata = columns.text();
    row.content = columns.text();
    return numbered;
}

class Reader final : public DraftReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::optional<DraftRow>> draft(std::int64_t no, UserId user) override {
        std::optional<DraftRow> found;
        reading_.keys.row(no, user);
        const auto done = reading_.run(load, [&](const Row& row) {
            Columns columns(row);
            found = read_draft(columns).second;
        });
        if (!done) return done.error();
        return found;
    }

    Result<std::optional<std::pair<ConversationId, UserId>>> locate_draft(DraftId id) override {
        std::optional<std::pair<ConversationId, UserId>> place;
        reading_.keys.row(id);
        const auto done = reading_.run(find, [&](const Row& row) {
            Columns columns(row);
            place.emplace();
            columns.id(place->first);
            columns.id(place->second);
        });
        if (!done) return done.error();
        return place;
    }

 private:
    Reading reading_;
};

}  // namespace

void load_drafts(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    for (const MemberKey& key : keys.drafts.of)
        batch.keys.row(key.no, key.user);
    batch.ask(load, [&loaded](const Row& row) {
        Columns columns(row);
        loaded.drafts.of.push_back(read_draft(columns));
    });
}

void write_drafts(Batch& batch, const ChangeSet& changes) {
    for (const auto& [conversation, row, created] : changes.drafts.removed)
        batch.keys.row(batch.held.number(conversation), row.user);
    batch.ask(remove);
    for (const auto& [conversation, row, created] : changes.drafts.saved) {
        if (!created) continue;
        batch.keys.row(row.user, batch.held.number(conversation), row.id, row.created_at,
                       row.updated_at, row.last_useq, row.metadata, row.content);
    }
    batch.ask(create);
    for (const auto& [conversation, row, created] : changes.drafts.saved) {
        if (created) continue;
        batch.keys.row(row.user, batch.held.number(conversation), row.updated_at, row.last_useq,
                       row.metadata, row.content);
    }
    batch.ask_each(update);
}

std::unique_ptr<DraftReader> make_draft_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}

std::span<const Statement* const> draft_statements() noexcept {
    return statements;
}

}  // namespace whispr::sql
