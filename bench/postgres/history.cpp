#include "postgres/history.hpp"

#include "meter/give_up.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/postgres.hpp"

namespace bench {

namespace {

constexpr const char* schema = "history";

}  // namespace

PostgresHistory::PostgresHistory(const PostgresServer& server) : server_(server) {
    const auto ids = whispr::make_uuid7_generator();
    const auto clock = whispr::make_system_clock();
    reader_.user = whispr::UserId{ids->next(clock->now())};
    const auto engine = open();
    for (std::size_t i = 0; i < conversation_count; ++i) {
        whispr::CreateGroup group;
        group.name = "conversation " + std::to_string(i);
        for (int member = 0; member < 3; ++member)
            group.members.push_back(whispr::UserId{ids->next(clock->now())});
        whispr::Waiter<whispr::Conversation> created;
        engine->conversations().create_group(reader_, std::move(group), created.completion());
        conversations_.push_back(must(created.get()).id);
    }
    engine->close();
}

std::unique_ptr<whispr::Engine> PostgresHistory::open() const {
    whispr::PostgresOptions options;
    options.connection = server_.connection_string();
    options.schema = schema;
    return must(whispr::Engine::open(
        whispr::local_engine_options(must(whispr::open_postgres_storage(options)))));
}

// Messages of the past, a second apart, every tenth an answer, every fifth with a reaction; the
// newest 20 of each conversation are unread.
void PostgresHistory::grow_to(std::size_t messages) {
    const std::string each = std::to_string(messages / conversation_count);
    server_.run(
        "SET search_path = " + std::string(schema) +
        "; WITH grown AS (INSERT INTO messages (no, mseq, last_eseq, sent_at, updated_at, type, "
        "deleted, shadowed, reply_to_mseq, client_random, id, sender, signature, "
        "sender_public_key, metadata, content) "
        "SELECT c.no, n, c.eseq + n - c.mseq, c.created_at - (1000000000 - n) * 1000000, "
        "c.created_at - (1000000000 - n) * 1000000, 0, false, false, "
        "CASE WHEN n % 10 = 0 THEN n - 1 ELSE 0 END, "
        "('x' || substr(md5(c.no || '/' || n), 1, 15))::bit(60)::bigint, gen_random_uuid(), "
        "other.user_id, '', '', '{}', convert_to(repeat('some text ', 20), 'UTF8') "
        "FROM conversations c CROSS JOIN LATERAL (SELECT m.user_id FROM members m "
        "WHERE m.no = c.no AND m.user_id <> '" +
        reader_.user.to_string() +
        "' LIMIT 1) other CROSS JOIN LATERAL generate_series(c.mseq + 1, " + each +
        ") AS n RETURNING id, no, mseq, sender), "
        "located AS (INSERT INTO message_ids (id, no, mseq) SELECT id, no, mseq FROM grown) "
        "INSERT INTO reactions (no, mseq, user_id, reaction, id, created_at) "
        "SELECT no, mseq, sender, '+', gen_random_uuid(), 0 FROM grown WHERE mseq % 5 = 0; "
        "UPDATE conversations SET eseq = eseq + " +
        each + " - mseq, mseq = " + each + " WHERE mseq < " + each +
        "; UPDATE members SET read_mseq = " + each + " - 20, delivered_mseq = " + each +
        " - 20; ANALYZE");
    // What was written stays out of what is measured, as does what would be tidied up after it.
    server_.run("VACUUM");
    server_.run("CHECKPOINT");
}

}  // namespace bench
