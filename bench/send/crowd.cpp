#include "send/crowd.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "meter/give_up.hpp"
#include "whispr/adapters/local.hpp"

namespace bench {

// What is left of one round. Answers come on the lane's thread, the first sends from the caller's.
class Crowd::Round {
 public:
    explicit Round(std::size_t messages)
        : unsent_(static_cast<std::int64_t>(messages)), unanswered_(messages) {}

    [[nodiscard]] bool take() { return unsent_.fetch_sub(1) > 0; }
    void answered() {
        if (unanswered_.fetch_sub(1) != 1) return;
        const std::lock_guard lock(mutex_);
        over_ = true;
        ended_.notify_one();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [this] { return over_; });
    }

 private:
    std::atomic<std::int64_t> unsent_;
    std::atomic<std::size_t> unanswered_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
};

std::vector<Sender> create_senders(const SendCase& sends, whispr::Engine& engine) {
    const auto ids = whispr::make_uuid7_generator();
    const auto clock = whispr::make_system_clock();
    std::vector<Sender> senders(sends.senders);
    for (std::size_t i = 0; i < senders.size(); ++i) {
        senders[i].number = i;
        senders[i].caller.user = whispr::UserId{ids->next(clock->now())};
    }
    const whispr::Caller listener{whispr::UserId{ids->next(clock->now())}, {}};
    std::vector<whispr::Waiter<whispr::Conversation>> created(sends.conversations);
    for (std::size_t i = 0; i < sends.conversations; ++i) {
        whispr::CreateGroup group;
        group.name = "conversation " + std::to_string(i);
        for (const Sender& sender : senders) {
            if (sends.writes_into(sender.number, i)) group.members.push_back(sender.caller.user);
        }
        engine.conversations().create_group(listener, std::move(group), created[i].completion());
    }
    for (std::size_t i = 0; i < sends.conversations; ++i) {
        const whispr::ConversationId id = must(created[i].get()).id;
        for (Sender& sender : senders) {
            if (sends.writes_into(sender.number, i)) sender.conversations.push_back(id);
        }
    }
    return senders;
}

std::string content_of(std::size_t bytes) {
    std::string content(bytes, 'x');
    for (std::size_t i = 0; i < bytes; ++i) {
        content[i] = static_cast<char>('a' + i * i % 26);
    }
    return content;
}

std::int64_t token_of(std::size_t sender, std::size_t nth) noexcept {
    return static_cast<std::int64_t>((nth * 1000 + sender + 1) * 0x9E3779B97F4A7C15ULL >> 2);
}

Crowd::Crowd(whispr::Engine& engine, std::vector<Sender> senders, std::size_t content_bytes,
             bool tokens)
    : engine_(engine),
      senders_(std::move(senders)),
      content_(content_of(content_bytes)),
      tokens_(tokens) {}

void Crowd::send(std::size_t messages) {
    Round round(messages);
    for (Sender& sender : senders_) {
        send_next(round, sender);
    }
    round.wait();
}

void Crowd::send_next(Round& round, Sender& sender) {
    if (!round.take()) return;
    whispr::SendMessage message;
    message.conversation = sender.conversations[sender.sent % sender.conversations.size()];
    message.content = content_;
    if (tokens_) message.client_random = token_of(sender.number, sender.sent);
    ++sender.sent;
    engine_.messages().send(sender.caller, std::move(message),
                            [this, &round, &sender](whispr::Result<whispr::Sent> sent) {
                                if (!sent) give_up("a send failed: " + sent.error().text);
                                send_next(round, sender);
                                round.answered();
                            });
}

}  // namespace bench
