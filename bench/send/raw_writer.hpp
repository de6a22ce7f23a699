// The floor of sending: statements that write all the rows which the engine writes for the same
// messages, prepared once, with nothing looked up, checked, told or answered.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "send/send_case.hpp"
#include "store/raw_sqlite.hpp"

namespace bench {

class RawWriter {
 public:
    /// `path`: a file with the engine's tables and the conversations of such a crowd.
    RawWriter(const SendCase& sends, const std::string& path);
    /// Writes that many messages, `batch` to a transaction.
    void write(std::size_t messages, std::size_t batch);

 private:
    using Id = std::array<std::uint8_t, 16>;
    struct Conversation {
        std::int64_t no = 0;
        std::int64_t mseq = 0;
        std::int64_t eseq = 0;
        bool touched = false;
    };

    void read_conversations();
    void write_message(std::size_t sender);
    void write_counters();
    [[nodiscard]] Id new_id();

    SendCase case_;
    std::string content_;
    std::vector<Conversation> conversations_;
    std::vector<Id> senders_;
    std::vector<std::size_t> sent_;
    std::vector<std::size_t> touched_;
    std::uint64_t ids_ = 0;
    std::int64_t now_ = 0;
    RawDatabase database_;
    RawCheckpoints checkpoints_;
    RawStatement begin_;
    RawStatement commit_;
    RawStatement insert_message_;
    RawStatement insert_id_;
    RawStatement update_conversation_;
};

}  // namespace bench
