#include "sql_messages.hpp"

#include <algorithm>
#include <array>

#include "sql_rows.hpp"
#include "whispr/limits.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load_named{
    "load messages", "no bigint, mseq bigint",
    "SELECT {message} FROM {keys} messages m WHERE {message m; $no; $mseq}"};

constexpr Statement load_by_operation{
    "load messages by operation", "no bigint, sender uuid, op_id uuid",
    "SELECT {message} FROM {keys} messages m "
    "WHERE {no m} = $no AND m.sender = $sender AND m.op_id = $op_id"};

constexpr Statement load_by_token{
    "load messages by client_random", "no bigint, sender uuid, client_random bigint",
    "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {messages m; $no; 1; 4294967295} AND m.sender = $sender "
    "AND m.client_random = $client_random ORDER BY {newest m} LIMIT 1) m"};

constexpr Statement load_newly_read{
    "load what was newly read", "no bigint, user_id uuid, upto bigint, max_rows bigint",
    "SELECT $no, $user_id, {mseq m}, m.id, m.sender FROM {keys} {lateral} (SELECT * "
    "FROM messages m WHERE {messages m; $no; 1 + (SELECT p.shown_read_mseq FROM members p "
    "WHERE p.no = $no AND p.user_id = $user_id); $upto} "
    "AND NOT m.deleted AND NOT m.shadowed AND m.sender <> $user_id ORDER BY {newest m} LIMIT "
    "$max_rows) m "
    "{still_newest m}"};

constexpr Statement load_newly_delivered{
    "load what was newly delivered", "no bigint, user_id uuid, upto bigint, max_rows bigint",
    "SELECT $no, $user_id, {mseq m}, m.id, m.sender FROM {keys} {lateral} (SELECT * "
    "FROM messages m WHERE {messages m; $no; 1 + (SELECT p.delivered_mseq FROM members p "
    "WHERE p.no = $no AND p.user_id = $user_id); $upto} "
    "AND NOT m.deleted AND NOT m.shadowed AND m.sender <> $user_id ORDER BY {newest m} LIMIT "
    "$max_rows) m "
    "{still_newest m}"};

constexpr Statement create_messages{
    "create messages",
    "no bigint, mseq bigint, last_eseq bigint, sent_at bigint, updated_at bigint, type small, "
    "deleted bool, shadowed bool, reply_to_mseq bigint, expires_at bigint, edited_at bigint, "
    "client_random bigint, id uuid, sender uuid, op_id uuid, signature bytes, "
    "sender_public_key bytes, metadata text, content bytes",
    "INSERT INTO messages ({message_key}, last_eseq, sent_at, updated_at, type, deleted, "
    "shadowed, "
    "reply_to_mseq, expires_at, edited_at, client_random, id, sender, op_id, signature, "
    "sender_public_key, metadata, content) {values} {key $no; $mseq}, $last_eseq, $sent_at, "
    "$updated_at, $type, $deleted, $shadowed, $reply_to_mseq, $expires_at, $edited_at, "
    "$client_random, $id, "
    "$sender, $op_id, $signature, $sender_public_key, $metadata, $content {/values}"};

constexpr Statement create_ids{
    "create message ids", "id uuid, no bigint, mseq bigint",
    "INSERT INTO message_ids (id, no, mseq) {values} $id, $no, $mseq {/values}"};

constexpr Statement update_messages{
    "update messages",
    "no bigint, mseq bigint, last_eseq bigint, updated_at bigint, deleted bool, "
    "expires_at bigint, edited_at bigint, signature bytes, sender_public_key bytes, "
    "metadata text, content bytes",
    "UPDATE messages AS m SET last_eseq = $last_eseq, updated_at = $updated_at, "
    "deleted = $deleted, expires_at = $expires_at, edited_at = $edited_at, "
    "signature = $signature, sender_public_key = $sender_public_key, metadata = $metadata, "
    "content = $content {from_keys} WHERE {message m; $no; $mseq}"};

constexpr Statement hide{"hide messages", "user_id uuid, no bigint, mseq bigint",
                         "INSERT INTO hidden_messages (user_id, no, mseq) "
                         "{values} $user_id, $no, $mseq {/values} ON CONFLICT DO NOTHING"};

constexpr std::array statements{&load_named,      &load_by_operation,    &load_by_token,
                                &load_newly_read, &load_newly_delivered, &create_messages,
                                &create_ids,      &update_messages,      &hide};

TakeRow take_into(const Batch& batch, std::vector<MessageRow>& rows) {
    return [&batch, &rows](const Row& row) {
        Columns columns(row);
        auto [no, message] = read_message(columns);
        message.conversation = batch.held.id(no);
        rows.push_back(std::move(message));
    };
}

void load_sends(Batch& batch, const LoadKeys& keys, std::vector<MessageRow>& sends) {
    for (const SendKey& key : keys.sends) {
        if (key.op_id) batch.keys.row(key.no, key.sender, *key.op_id);
    }
    batch.ask(load_by_operation, take_into(batch, sends));
    for (const SendKey& key : keys.sends) {
        if (key.client_random) batch.keys.row(key.no, key.sender, *key.client_random);
    }
    batch.ask(load_by_token, take_into(batch, sends));
}

void load_beyond(Batch& batch, const Statement& statement, const std::vector<BeyondKey>& keys,
                 std::vector<std::pair<MemberKey, MessageHead>>& heads) {
    for (const BeyondKey& key : keys) {
        batch.keys.row(key.no, key.user, std::min(key.upto, last_mseq), limits::read_messages_told);
    }
    batch.ask(statement, [&heads](const Row& row) {
        Columns columns(row);
        auto& [key, head] = heads.emplace_back();
        key.no = columns.number();
        columns.id(key.user);
        head.mseq = columns.number();
        columns.id(head.id);
        columns.id(head.sender);
    });
}

}  // namespace

std::span<const Statement* const> message_statements() noexcept {
    return statements;
}

void load_messages(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    for (const MessageKey& key : keys.messages)
        batch.keys.row(key.no, key.mseq);
    batch.ask(load_named, take_into(batch, loaded.messages));
    load_sends(batch, keys, loaded.sends);
    load_beyond(batch, load_newly_read, keys.newly_read, loaded.newly_read);
    load_beyond(batch, load_newly_delivered, keys.newly_delivered, loaded.newly_delivered);
}

void write_messages(Batch& batch, const ChangeSet& changes) {
    for (const MessageRow& row : changes.messages_created) {
        batch.keys.row(batch.held.number(row.conversation), row.mseq, row.last_eseq, row.sent_at,
                       row.updated_at, row.type, row.deleted, row.shadowed, row.reply_to_mseq,
                       row.expires_at, row.edited_at, row.client_random, row.id, row.sender,
                       row.op_id, row.signature, row.sender_public_key, row.metadata, row.content);
    }
    batch.ask(create_messages);
    for (const MessageRow& row : changes.messages_created) {
        batch.keys.row(row.id, batch.held.number(row.conversation), row.mseq);
    }
    batch.ask(create_ids);
    for (const MessageRow& row : changes.messages_changed) {
        batch.keys.row(batch.held.number(row.conversation), row.mseq, row.last_eseq, row.updated_at,
                       row.deleted, row.expires_at, row.edited_at, row.signature,
                       row.sender_public_key, row.metadata, row.content);
    }
    batch.ask_each(update_messages);
    for (const HiddenMessage& hidden : changes.hidden) {
        batch.keys.row(hidden.user, batch.held.number(hidden.conversation), hidden.mseq);
    }
    batch.ask(hide);
}

}  // namespace whispr::sql
