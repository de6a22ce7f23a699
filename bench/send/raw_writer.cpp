#include "send/raw_writer.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "meter/give_up.hpp"
#include "send/crowd.hpp"

namespace bench {

namespace {

std::int64_t microseconds_now() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

RawWriter::RawWriter(const SendCase& sends, const std::string& path)
    : case_(sends),
      content_(content_of(sends.content_bytes)),
      senders_(sends.senders),
      sent_(sends.senders),
      database_(path),
      checkpoints_(database_, path),
      begin_(database_.prepare("BEGIN IMMEDIATE")),
      commit_(database_.prepare("COMMIT")),
      insert_message_(database_.prepare(
          "INSERT INTO messages (key, last_eseq, sent_at, updated_at, type, deleted, shadowed, "
          "reply_to_mseq, client_random, id, sender, signature, sender_public_key, metadata, "
          "content) VALUES (?1, ?2, ?3, ?3, 0, 0, 0, 0, ?4, ?5, ?6, x'', x'', '{}', ?7)")),
      insert_id_(database_.prepare("INSERT INTO message_ids (id, no, mseq) VALUES (?1, ?2, ?3)")),
      update_conversation_(
          database_.prepare("UPDATE conversations SET mseq = ?2, eseq = ?3, last_sent_at = ?4, "
                            "last_activity_at = ?4 WHERE no = ?1")) {
    for (Id& sender : senders_) {
        sender = new_id();
    }
    read_conversations();
}

void RawWriter::read_conversations() {
    RawStatement all = database_.prepare("SELECT no, mseq, eseq FROM conversations ORDER BY no");
    while (all.next()) {
        conversations_.push_back({all.integer(0), all.integer(1), all.integer(2), false});
    }
    if (conversations_.size() != case_.conversations) give_up("the floor's file is another one");
}

// Version 7: time first, then bits that only have to differ.
RawWriter::Id RawWriter::new_id() {
    Id id{};
    const auto milliseconds = static_cast<std::uint64_t>(microseconds_now() / 1000);
    for (std::size_t i = 0; i < 6; ++i) {
        id[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
    }
    const std::uint64_t order = ++ids_;
    id[6] = static_cast<std::uint8_t>(0x70 | (order >> 24 & 0x0F));
    id[7] = static_cast<std::uint8_t>(order >> 16);
    id[8] = static_cast<std::uint8_t>(0x80 | (order >> 10 & 0x3F));
    id[9] = static_cast<std::uint8_t>(order >> 2);
    const std::uint64_t rest = order * 0x9E3779B97F4A7C15ULL;
    std::memcpy(id.data() + 10, &rest, 6);
    return id;
}

void RawWriter::write(std::size_t messages, std::size_t batch) {
    std::size_t sender = 0;
    for (std::size_t written = 0; written < messages;) {
        begin_.run();
        now_ = microseconds_now();
        const std::size_t end = std::min(messages, written + batch);
        for (; written < end; ++written) {
            write_message(sender);
            sender = (sender + 1) % senders_.size();
        }
        write_counters();
        commit_.run();
    }
}

void RawWriter::write_message(std::size_t sender) {
    const std::size_t at = case_.conversation_of(sender, sent_[sender]);
    Conversation& conversation = conversations_[at];
    if (!std::exchange(conversation.touched, true)) touched_.push_back(at);
    ++conversation.mseq;
    ++conversation.eseq;
    const Id id = new_id();
    insert_message_.bind(1, conversation.no << 32 | conversation.mseq);
    insert_message_.bind(2, conversation.eseq);
    insert_message_.bind(3, ++now_);
    if (case_.tokens) {
        insert_message_.bind(4, token_of(sender, sent_[sender]));
    }
    insert_message_.bind_blob(5, id);
    insert_message_.bind_blob(6, senders_[sender]);
    insert_message_.bind_blob(
        7, {reinterpret_cast<const std::uint8_t*>(content_.data()), content_.size()});
    insert_message_.run();
    insert_id_.bind_blob(1, id);
    insert_id_.bind(2, conversation.no);
    insert_id_.bind(3, conversation.mseq);
    insert_id_.run();
    ++sent_[sender];
}

void RawWriter::write_counters() {
    for (const std::size_t at : touched_) {
        Conversation& conversation = conversations_[at];
        update_conversation_.bind(1, conversation.no);
        update_conversation_.bind(2, conversation.mseq);
        update_conversation_.bind(3, conversation.eseq);
        update_conversation_.bind(4, now_);
        update_conversation_.run();
        conversation.touched = false;
    }
    touched_.clear();
}

}  // namespace bench
