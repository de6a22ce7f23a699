#include <array>

#include "sql_messages.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load{"load reactions", "no bigint, mseq bigint",
                         "SELECT {reaction} FROM {keys} reactions r WHERE {message r; $no; $mseq} "
                         "ORDER BY r.created_at, r.id"};

constexpr Statement clear{
    "clear reactions", "no bigint, mseq bigint",
    "DELETE FROM reactions {using_keys} WHERE {message reactions; $no; $mseq}"};

constexpr Statement remove{
    "remove reactions", "no bigint, mseq bigint, user_id uuid, reaction text",
    "DELETE FROM reactions {using_keys} WHERE {message reactions; $no; $mseq} "
    "AND reactions.user_id = $user_id AND reactions.reaction = $reaction"};

constexpr Statement create{
    "create reactions",
    "no bigint, mseq bigint, user_id uuid, reaction text, id uuid, created_at bigint",
    "INSERT INTO reactions ({message_key}, user_id, reaction, id, created_at) "
    "{values} {key $no; $mseq}, $user_id, $reaction, $id, $created_at {/values}"};

constexpr std::array statements{&load, &clear, &remove, &create};

}  // namespace

std::span<const Statement* const> reaction_statements() noexcept {
    return statements;
}

void load_reactions(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    for (const MessageKey& key : keys.reactions_of)
        batch.keys.row(key.no, key.mseq);
    batch.ask(load, [&loaded](const Row& row) {
        Columns columns(row);
        loaded.reactions.push_back(read_reaction(columns));
    });
}

void write_reactions(Batch& batch, const ChangeSet& changes) {
    for (const MessageKey& key : changes.reactions_cleared)
        batch.keys.row(key.no, key.mseq);
    batch.ask(clear);
    for (const auto& [conversation, row, created] : changes.reactions_removed) {
        batch.keys.row(batch.held.number(conversation), row.mseq, row.user, row.reaction);
    }
    batch.ask(remove);
    for (const auto& [conversation, row, created] : changes.reactions_added) {
        batch.keys.row(batch.held.number(conversation), row.mseq, row.user, row.reaction, row.id,
                       row.created_at);
    }
    batch.ask(create);
}

}  // namespace whispr::sql
