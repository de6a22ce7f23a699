#include "page/history_filler.hpp"

#include <cstring>

#include "meter/give_up.hpp"
#include "send/crowd.hpp"

namespace bench {

namespace {

// Some time in 2024; messages follow each other by a second.
constexpr std::int64_t first_sent_at = 1'704'067'200'000'000;
// What the reader has not read yet, of every conversation.
constexpr std::int64_t unread = 20;

std::int64_t sent_at(std::size_t nth) {
    return first_sent_at + static_cast<std::int64_t>(nth) * 1'000'000;
}

}  // namespace

HistoryFiller::HistoryFiller(const std::string& path, std::vector<History::Place>& places)
    : places_(places),
      content_(content_of(200)),
      ids_(static_cast<std::uint64_t>(sent_at(0))),
      database_(path),
      insert_message_(database_.prepare(
          "INSERT INTO messages (key, last_eseq, sent_at, updated_at, type, deleted, shadowed, "
          "reply_to_mseq, client_random, id, sender, signature, sender_public_key, metadata, "
          "content) VALUES (?1, ?2, ?3, ?3, 0, 0, 0, ?4, ?5, ?6, ?7, x'', x'', '{}', ?8)")),
      insert_id_(database_.prepare("INSERT INTO message_ids (id, no, mseq) VALUES (?1, ?2, ?3)")),
      insert_reaction_(
          database_.prepare("INSERT INTO reactions (key, user_id, reaction, id, created_at) "
                            "VALUES (?1, ?2, ?3, ?4, ?5)")),
      update_conversation_(
          database_.prepare("UPDATE conversations SET mseq = ?2, eseq = ?3, last_sent_at = ?4, "
                            "last_activity_at = ?4 WHERE no = ?1")),
      update_position_(database_.prepare("UPDATE members SET read_mseq = max(0, ?2), "
                                         "delivered_mseq = max(0, ?2) WHERE no = ?1")) {
    // What is filled in need not survive a power cut.
    database_.run("PRAGMA synchronous=OFF");
    RawStatement number =
        database_.prepare("SELECT no, mseq, eseq FROM conversations WHERE id = ?1");
    for (History::Place& place : places_) {
        number.bind_blob(1, place.conversation.uuid.bytes);
        if (!number.next()) give_up("a conversation was lost");
        place.no = number.integer(0);
        place.mseq = number.integer(1);
        place.eseq = number.integer(2);
        number.next();
    }
}

HistoryFiller::Id HistoryFiller::new_id() {
    Id id{};
    const std::uint64_t order = ++ids_;
    for (std::size_t i = 0; i < 8; ++i) {
        id[i] = static_cast<std::uint8_t>(order >> (56 - 8 * i));
    }
    const std::uint64_t rest = order * 0x9E3779B97F4A7C15ULL;
    std::memcpy(id.data() + 8, &rest, 8);
    return id;
}

void HistoryFiller::fill_up_to(std::size_t messages) {
    constexpr std::size_t rows_per_transaction = 50'000;
    std::size_t nth = 0;
    for (const History::Place& place : places_) {
        nth += static_cast<std::size_t>(place.mseq);
    }
    if (nth >= messages) return;
    ids_ += nth * 2;
    database_.run("BEGIN IMMEDIATE");
    for (; nth < messages; ++nth) {
        write_message(places_[nth % places_.size()], nth);
        if (nth % rows_per_transaction == 0) database_.run("COMMIT; BEGIN IMMEDIATE");
    }
    write_counters(nth);
    database_.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

void HistoryFiller::write_message(History::Place& place, std::size_t nth) {
    const std::int64_t mseq = ++place.mseq;
    ++place.eseq;
    const std::int64_t key = place.no << 32 | mseq;
    const std::size_t sender = static_cast<std::size_t>(mseq) % place.members.size();
    const Id id = new_id();
    insert_message_.bind(1, key);
    insert_message_.bind(2, place.eseq);
    insert_message_.bind(3, sent_at(nth));
    insert_message_.bind(4, mseq % 10 == 0 ? mseq - 1 : 0);
    insert_message_.bind(5, token_of(sender, nth));
    insert_message_.bind_blob(6, id);
    insert_message_.bind_blob(7, place.members[sender].uuid.bytes);
    insert_message_.bind_blob(
        8, {reinterpret_cast<const std::uint8_t*>(content_.data()), content_.size()});
    insert_message_.run();
    insert_id_.bind_blob(1, id);
    insert_id_.bind(2, place.no);
    insert_id_.bind(3, mseq);
    insert_id_.run();
    if (mseq % 5 == 0) write_reactions(place, key);
}

void HistoryFiller::write_reactions(const History::Place& place, std::int64_t key) {
    for (std::size_t i = 0; i < 2; ++i) {
        const Id id = new_id();
        insert_reaction_.bind(1, key);
        insert_reaction_.bind_blob(2, place.members[i].uuid.bytes);
        insert_reaction_.bind_text(3, "\xF0\x9F\x91\x8D");
        insert_reaction_.bind_blob(4, id);
        insert_reaction_.bind(5, first_sent_at);
        insert_reaction_.run();
    }
}

void HistoryFiller::write_counters(std::size_t nth) {
    for (const History::Place& place : places_) {
        update_conversation_.bind(1, place.no);
        update_conversation_.bind(2, place.mseq);
        update_conversation_.bind(3, place.eseq);
        update_conversation_.bind(4, sent_at(nth));
        update_conversation_.run();
        update_position_.bind(1, place.no);
        update_position_.bind(2, place.mseq - unread);
        update_position_.run();
    }
}

}  // namespace bench
