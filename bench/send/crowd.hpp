// Senders in a closed loop around an engine: each sends its next message when the last one was
// answered, which is after its commit.
#pragma once

#include <string>
#include <vector>

#include "send/send_case.hpp"
#include "whispr/engine.hpp"

namespace bench {

/// Somebody who writes, and where: one conversation after the other.
struct Sender {
    whispr::Caller caller{};
    std::vector<whispr::ConversationId> conversations{};
    std::size_t number = 0;
    std::size_t sent = 0;
};

/// Creates the conversations of such a case, each with those who will write there and one who
/// listens.
[[nodiscard]] std::vector<Sender> create_senders(const SendCase& sends, whispr::Engine& engine);

class Crowd {
 public:
    /// The engine must outlive the crowd.
    Crowd(whispr::Engine& engine, std::vector<Sender> senders, std::size_t content_bytes,
          bool tokens);

    /// Sends that many messages in all and waits for the last answer.
    void send(std::size_t messages);

 private:
    class Round;
    void send_next(Round& round, Sender& sender);

    whispr::Engine& engine_;
    std::vector<Sender> senders_;
    std::string content_;
    bool tokens_;
};

/// Some text of that length.
[[nodiscard]] std::string content_of(std::size_t bytes);
/// What a client draws as client_random: consecutive numbers would make its index look cheap.
[[nodiscard]] std::int64_t token_of(std::size_t sender, std::size_t nth) noexcept;

}  // namespace bench
