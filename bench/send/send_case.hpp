// One line of the table of sends: who sends what into how many conversations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

enum class StoreKind : std::uint8_t { memory, sqlite, postgres };

struct SendCase {
    StoreKind store = StoreKind::sqlite;
    std::size_t senders = 1;
    std::size_t conversations = 25;
    std::size_t content_bytes = 200;
    bool tokens = true;  ///< every message carries a client_random, as those of clients do

    [[nodiscard]] std::string name() const;
    /// Messages of one round: enough for hundreds of batches, fewer where every one waits for the
    /// disk alone.
    [[nodiscard]] std::size_t messages() const;
    /// The conversation of a sender's n-th message. Senders share conversations, or have several.
    [[nodiscard]] std::size_t conversation_of(std::size_t sender, std::size_t nth) const;
    /// Whether the sender ever writes there.
    [[nodiscard]] bool writes_into(std::size_t sender, std::size_t conversation) const;
};

}  // namespace bench
