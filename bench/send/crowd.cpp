#include "send/crowd.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "meter/give_up.hpp"
#include "whispr/adapters/local.hpp"

namespace bench {

struct Crowd::Sender {
    whispr::Caller caller{};
    std::size_t number = 0;
    std::size_t sent = 0;
};

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

Crowd::Crowd(const SendCase& sends, std::shared_ptr<whispr::Storage> storage)
    : case_(sends), content_(sends.content_bytes, 'x'), senders_(sends.senders) {
    for (std::size_t i = 0; i < content_.size(); ++i) {
        content_[i] = static_cast<char>('a' + i * i % 26);
    }
    engine_ = must(whispr::Engine::open(whispr::local_engine_options(std::move(storage))));
    create_conversations();
}

Crowd::~Crowd() {
    engine_->close();
}

void Crowd::create_conversations() {
    const auto ids = whispr::make_uuid7_generator();
    const auto clock = whispr::make_system_clock();
    for (std::size_t i = 0; i < senders_.size(); ++i) {
        senders_[i].number = i;
        senders_[i].caller.user = whispr::UserId{ids->next(clock->now())};
    }
    const whispr::Caller listener{whispr::UserId{ids->next(clock->now())}, {}};
    std::vector<whispr::Waiter<whispr::Conversation>> created(case_.conversations);
    for (std::size_t i = 0; i < case_.conversations; ++i) {
        whispr::CreateGroup group;
        group.name = "conversation " + std::to_string(i);
        for (const Sender& sender : senders_) {
            if (case_.writes_into(sender.number, i)) group.members.push_back(sender.caller.user);
        }
        engine_->conversations().create_group(listener, std::move(group), created[i].completion());
    }
    for (auto& answer : created) {
        conversations_.push_back(must(answer.get()).id);
    }
}

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
    message.conversation = conversations_[case_.conversation_of(sender.number, sender.sent)];
    message.content = content_;
    if (case_.tokens) {
        // Drawn at random by clients: consecutive ones would make the index look cheap.
        message.client_random = static_cast<std::int64_t>(
            (sender.sent * 1000 + sender.number + 1) * 0x9E3779B97F4A7C15ULL >> 2);
    }
    ++sender.sent;
    engine_->messages().send(sender.caller, std::move(message),
                             [this, &round, &sender](whispr::Result<whispr::Sent> sent) {
                                 if (!sent) give_up("a send failed: " + sent.error().text);
                                 send_next(round, sender);
                                 round.answered();
                             });
}

}  // namespace bench
