#include "postgres/raw_writer.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <thread>

#include "meter/give_up.hpp"
#include "send/crowd.hpp"
#include "whispr/adapters/local.hpp"

namespace bench {

namespace {

using whispr::sql::KeyType;

const std::vector<KeyType> message_keys{KeyType::bigint, KeyType::bigint, KeyType::bigint,
                                        KeyType::bigint, KeyType::bigint, KeyType::uuid,
                                        KeyType::uuid,   KeyType::bytes};
constexpr const char* insert_messages =
    "INSERT INTO messages (no, mseq, last_eseq, sent_at, updated_at, type, deleted, shadowed, "
    "reply_to_mseq, client_random, id, sender, signature, sender_public_key, metadata, content) "
    "SELECT k.no, k.mseq, k.eseq, k.at, k.at, 0, false, false, 0, k.token, k.id, k.sender, "
    "'', '', '{}', k.content FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], "
    "$5::bigint[], $6::uuid[], $7::uuid[], $8::bytea[]) "
    "AS k(no, mseq, eseq, at, token, id, sender, content)";
const std::vector<KeyType> id_keys{KeyType::uuid, KeyType::bigint, KeyType::bigint};
constexpr const char* insert_ids =
    "INSERT INTO message_ids (id, no, mseq) "
    "SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[])";
const std::vector<KeyType> counter_keys{KeyType::bigint, KeyType::bigint, KeyType::bigint,
                                        KeyType::bigint};
constexpr const char* update_counters =
    "UPDATE conversations SET mseq = k.mseq, eseq = k.eseq, last_sent_at = k.at, "
    "last_activity_at = k.at FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) "
    "AS k(no, mseq, eseq, at) WHERE conversations.no = k.no";

std::int64_t microseconds_now() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

PostgresRawWriter::PostgresRawWriter(const SendCase& sends, const std::string& connection,
                                     const std::string& schema, std::size_t lanes)
    : content_(content_of(sends.content_bytes)),
      sender_(whispr::make_uuid7_generator()->next(whispr::make_system_clock()->now())),
      ids_(whispr::make_uuid7_generator()),
      lanes_(std::min(lanes, sends.conversations)) {
    for (Lane& lane : lanes_) {
        lane.session = must(
            whispr::postgres::Session::open({connection, schema, std::chrono::seconds(5),
                                             std::chrono::seconds(60), std::chrono::seconds(60)}));
        lane.session->prepare("messages", insert_messages);
        lane.session->prepare("ids", insert_ids);
        lane.session->prepare("counters", update_counters);
        must(lane.session->settle("prepare"));
    }
    whispr::postgres::Session& any = *lanes_.front().session;
    any.query("SELECT no, mseq, eseq FROM conversations ORDER BY no");
    const auto all = must(any.settle("read conversations"));
    for (int i = 0; i < PQntuples(all.get()); ++i) {
        const whispr::postgres::BinaryRow row(all.get(), i);
        lanes_[static_cast<std::size_t>(i) % lanes_.size()].conversations.push_back(
            {row.number(0), row.number(1), row.number(2), false});
    }
}

void PostgresRawWriter::write(std::size_t messages, std::size_t batch) {
    std::vector<std::thread> threads;
    for (Lane& lane : lanes_) {
        threads.emplace_back(
            [&, share = messages / lanes_.size()] { write_lane(lane, share, batch); });
    }
    for (std::thread& thread : threads)
        thread.join();
}

void PostgresRawWriter::write_lane(Lane& lane, std::size_t messages, std::size_t batch) {
    for (std::size_t written = 0; written < messages; written += batch)
        write_batch(lane, std::min(batch, messages - written));
}

void PostgresRawWriter::write_batch(Lane& lane, std::size_t messages) {
    std::int64_t now = microseconds_now();
    lane.messages.clear();
    for (std::size_t i = 0; i < messages; ++i) {
        Conversation& conversation = lane.conversations[lane.sent % lane.conversations.size()];
        conversation.touched = true;
        const auto lane_number = static_cast<std::size_t>(&lane - lanes_.data());
        const whispr::Time at{std::chrono::microseconds(++now)};
        lane.messages.push_back({++conversation.mseq, ++conversation.eseq, now,
                                 token_of(lane_number, lane.sent++), ids_->next(at),
                                 &conversation});
    }
    whispr::postgres::Session& session = *lane.session;
    session.query("BEGIN");
    lane.rows.clear();
    for (const Message& one : lane.messages)
        lane.rows.row(one.conversation->no, one.mseq, one.eseq, one.sent_at, one.token, one.id,
                      sender_, content_);
    lane.arrays.fill(lane.rows, message_keys);
    session.execute("messages", lane.arrays);
    lane.rows.clear();
    for (const Message& one : lane.messages)
        lane.rows.row(one.id, one.conversation->no, one.mseq);
    lane.arrays.fill(lane.rows, id_keys);
    session.execute("ids", lane.arrays);
    lane.rows.clear();
    for (Conversation& one : lane.conversations) {
        if (std::exchange(one.touched, false)) lane.rows.row(one.no, one.mseq, one.eseq, now);
    }
    lane.arrays.fill(lane.rows, counter_keys);
    session.execute("counters", lane.arrays);
    session.query("COMMIT");
    must(session.settle("write a batch"));
}

}  // namespace bench
