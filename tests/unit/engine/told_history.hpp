// What somebody knows who has heard every event and nothing else. Numbers that do not follow each
// other, and audiences that are not the members, are noted as faults.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "whispr/events.hpp"

namespace whispr::test {

struct ToldMessage {
    MessageId id{};
    UserId sender{};
    MessageType type = MessageType::text;
    std::string content{};
    std::optional<Time> expires_at{};
    bool deleted = false;
    Eseq eseq = 0;
    std::set<std::pair<UserId, std::string>> reactions{};
};

struct ToldConversation {
    std::string metadata{};
    bool active = true;
    Eseq eseq = 0;
    std::map<UserId, Role> members{};
    std::map<Mseq, ToldMessage> messages{};
    std::map<UserId, Mseq> read{};
    std::set<std::pair<UserId, Mseq>> hidden{};

    /// Whether the user may see the message now.
    [[nodiscard]] bool shows(Mseq mseq, UserId user, Time now) const;
    [[nodiscard]] std::uint32_t unread(UserId user, Time now) const;
};

class ToldHistory {
 public:
    std::map<ConversationId, ToldConversation> conversations{};
    std::map<MessageId, std::pair<ConversationId, Mseq>> places{};
    std::map<UserId, Useq> useqs{};
    std::vector<std::string> faults{};

    void apply(const Events& events);

 private:
    void apply(const Event& event);
    void apply_message(const Event& event, ToldConversation& conversation);
    void apply_conversation(const Event& event, ToldConversation& conversation);
    void apply_own(const Event& event, ToldConversation& conversation);
    void expect(bool right, const std::string& what, const Event& event);
};

}  // namespace whispr::test
