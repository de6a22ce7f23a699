// Users who do whatever a seed tells them, several commands at a time, on a database that sometimes
// fails, and what they were answered.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "engine/told_history.hpp"
#include "support/engine_fixture.hpp"

namespace whispr::test {

class RandomUsers {
 public:
    explicit RandomUsers(std::uint32_t seed);

    /// Batches of commands, and time that passes between them.
    void run(int batches);

    ManualEngine on;
    ToldHistory told;
    const std::vector<UserId> users{alice, bob, carol, dave, erin};
    /// Answers to sends, and what was asked.
    std::vector<std::pair<Answer<Sent>, std::string>> sends;
    /// Whether each of the other answers has come exactly once.
    std::vector<std::function<bool()>> answered;

 private:
    std::size_t below(std::size_t bound) { return random_() % bound; }
    UserId somebody() { return users[below(users.size())]; }
    ConversationId somewhere();
    MessageId something();
    void command();
    void conversation_command();
    void message_command();
    void send();
    void fail_sometimes();

    template <class T>
    void keep(Answer<T> answer) {
        answered.push_back([answer] { return answer.count() == 1; });
    }

    std::mt19937 random_;
    int written_ = 0;
};

}  // namespace whispr::test
