// Writes long histories straight into the engine's tables, row by row as the engine would have:
// messages of all conversations in turn, every tenth an answer, every fifth with two reactions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "page/history.hpp"
#include "store/raw_sqlite.hpp"

namespace bench {

class HistoryFiller {
 public:
    /// Brings the numbers of the places up to date. The file must not be open elsewhere.
    HistoryFiller(const std::string& path, std::vector<History::Place>& places);
    /// Adds messages until there are so many in all conversations.
    void fill_up_to(std::size_t messages);

 private:
    using Id = std::array<std::uint8_t, 16>;

    void write_message(History::Place& place, std::size_t nth);
    void write_reactions(const History::Place& place, std::int64_t key);
    void write_counters(std::size_t nth);
    [[nodiscard]] Id new_id();

    std::vector<History::Place>& places_;
    std::string content_;
    std::uint64_t ids_;
    RawDatabase database_;
    RawStatement insert_message_;
    RawStatement insert_id_;
    RawStatement insert_reaction_;
    RawStatement update_conversation_;
    RawStatement update_position_;
};

}  // namespace bench
