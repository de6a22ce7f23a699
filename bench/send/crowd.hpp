// Senders in a closed loop around an engine: each sends its next message when the last one was
// answered, which is after its commit.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "send/send_case.hpp"
#include "whispr/engine.hpp"

namespace bench {

class Crowd {
 public:
    /// Creates the conversations, each with those who will write there and one who listens.
    Crowd(const SendCase& sends, std::shared_ptr<whispr::Storage> storage);
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    /// Sends that many messages in all and waits for the last answer.
    void send(std::size_t messages);

    [[nodiscard]] whispr::EngineStats stats() const { return engine_->stats(); }

 private:
    struct Sender;
    class Round;

    void create_conversations();
    void send_next(Round& round, Sender& sender);

    SendCase case_;
    std::string content_;
    std::vector<Sender> senders_;
    std::vector<whispr::ConversationId> conversations_;
    std::unique_ptr<whispr::Engine> engine_;
};

}  // namespace bench
