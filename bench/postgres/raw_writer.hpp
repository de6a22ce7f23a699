// The floor of sending on PostgreSQL: statements that write all the rows which the engine writes
// for the same messages, a batch in one round trip, with nothing looked up, locked, checked, told
// or answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "postgres/postgres_session.hpp"
#include "send/send_case.hpp"
#include "whispr/ids.hpp"
#include "whispr/ports/id_generator.hpp"

namespace bench {

class PostgresRawWriter {
 public:
    /// `schema`: one with the engine's tables and the conversations of such a crowd.
    PostgresRawWriter(const SendCase& sends, const std::string& connection,
                      const std::string& schema, std::size_t lanes);
    /// Writes that many messages, `batch` to a transaction, in all lanes at once.
    void write(std::size_t messages, std::size_t batch);

 private:
    struct Conversation {
        std::int64_t no = 0;
        std::int64_t mseq = 0;
        std::int64_t eseq = 0;
        bool touched = false;
    };
    struct Message {
        std::int64_t mseq = 0;
        std::int64_t eseq = 0;
        std::int64_t sent_at = 0;
        std::int64_t token = 0;
        whispr::Uuid id{};
        Conversation* conversation = nullptr;
    };
    struct Lane {
        std::unique_ptr<whispr::postgres::Session> session{};
        std::vector<Conversation> conversations{};
        std::vector<Message> messages{};
        whispr::sql::KeyRows rows{};
        whispr::postgres::KeyArrays arrays{};
        std::size_t sent = 0;
    };

    void write_lane(Lane& lane, std::size_t messages, std::size_t batch);
    void write_batch(Lane& lane, std::size_t messages);

    const std::string content_;
    const whispr::Uuid sender_;
    const std::shared_ptr<whispr::IdGenerator> ids_;
    std::vector<Lane> lanes_;
};

}  // namespace bench
