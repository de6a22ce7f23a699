// An engine on the memory store with a clock that the test moves, and one short call for every use
// case. With the inline executor every answer is there when the call returns; with the manual one
// time does not stand still, and steps can be held back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/answer.hpp"
#include "support/counted_ids.hpp"
#include "support/manual_clock.hpp"
#include "support/manual_executor.hpp"
#include "support/printing.hpp"
#include "support/recording_sink.hpp"
#include "support/scripted_storage.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/engine.hpp"

namespace whispr::test {

inline const UserId alice{numbered(1)};
inline const UserId bob{numbered(2)};
inline const UserId carol{numbered(3)};
inline const UserId dave{numbered(4)};
inline const UserId erin{numbered(5)};
/// One of many: 1 is not alice.
[[nodiscard]] inline UserId member_number(std::uint64_t number) {
    return UserId{numbered(number, 0xaa)};
}

// Made once, in engine_fixture.cpp: every test would otherwise compile them again.
extern template class Answer<Sent>;
extern template class Answer<Done>;
extern template class Answer<Member>;
extern template class Answer<Message>;
extern template class Answer<MessagePage>;
extern template class Answer<std::shared_ptr<const Message>>;
extern template class Answer<MemberSettings>;
extern template class Answer<Conversation>;
extern template class Answer<ConversationList>;
extern template class Answer<Removal>;
extern template class Answer<ReadMark>;
extern template class Answer<Reaction>;
extern template class Answer<std::vector<Reaction>>;

using MessageAnswer = Answer<std::shared_ptr<const Message>>;

class EngineFixture {
 public:
    explicit EngineFixture(std::shared_ptr<Executor> executor, std::shared_ptr<ManualClock> clock,
                           Limits limits = {});

    const std::shared_ptr<ManualClock> clock;
    const std::shared_ptr<StorageScript> script = std::make_shared<StorageScript>();
    const std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();
    EngineOptions options;  ///< what `restart` opens with
    std::unique_ptr<Engine> engine;

    /// Ends the engine and opens another one on the same store.
    void restart();

    // Conversations.
    Answer<Conversation> create_direct(UserId caller, CreateDirect command);
    Answer<Conversation> create_group(UserId caller, CreateGroup command);
    Answer<Conversation> update(UserId caller, UpdateConversation command);
    Answer<Removal> remove(UserId caller, ConversationId id, bool for_everyone = false);
    Answer<Member> add_member(UserId caller, ConversationId id, UserId user);
    Answer<Removal> remove_member(UserId caller, ConversationId id, UserId user);
    Answer<MemberSettings> update_settings(UserId caller, UpdateSettings command);
    Answer<ConversationList> list(UserId caller, ListConversations request = {});
    Answer<Conversation> show(UserId caller, ConversationId id);

    // Messages.
    Answer<Sent> send(UserId caller, SendMessage command);
    Answer<Sent> send(UserId caller, ConversationId id, std::string content);
    MessageAnswer edit(UserId caller, EditMessage command);
    MessageAnswer edit(UserId caller, MessageId message, std::string content);
    MessageAnswer remove(UserId caller, DeleteMessage command);
    Answer<Message> show(UserId caller, MessageId message);
    Answer<MessagePage> page(UserId caller, PageRequest request);

    // Receipts and reactions.
    Answer<ReadMark> read(UserId caller, MarkRead command);
    Answer<Done> delivered(UserId caller, ConversationId id, Mseq upto);
    Answer<Done> delivered(UserId caller, ConversationId id, MessageId message);
    Answer<Reaction> react(UserId caller, MessageId message, std::string reaction);
    Answer<Done> unreact(UserId caller, MessageId message, std::string reaction);
    Answer<std::vector<Reaction>> reactions(UserId caller, MessageId message);

    // What must succeed, in a word.
    ConversationId direct(UserId a, UserId b);
    ConversationId group(UserId creator, std::vector<UserId> others, std::string name = "team");
    Message sent(UserId caller, ConversationId id, std::string content);
    /// The newest page, newest first.
    std::vector<std::string> contents(UserId caller, ConversationId id);
    std::uint32_t unread(UserId caller, ConversationId id);
};

struct InlineEngine : EngineFixture {
    explicit InlineEngine(const Limits& limits = {})
        : InlineEngine(make_inline_executor(), limits) {}
    const std::shared_ptr<InlineExecutor> executor;

 private:
    InlineEngine(std::shared_ptr<InlineExecutor> inline_executor, const Limits& limits)
        : EngineFixture(inline_executor, std::make_shared<ManualClock>(), limits),
          executor(std::move(inline_executor)) {}
};

struct ManualEngine : EngineFixture {
    explicit ManualEngine(const Limits& limits = {})
        : ManualEngine(std::make_shared<ManualClock>(), limits) {}
    /// Closing waits for what is queued.
    ~ManualEngine() { executor->release(); }
    const std::shared_ptr<ManualExecutor> executor;

 private:
    ManualEngine(const std::shared_ptr<ManualClock>& manual_clock, const Limits& limits)
        : ManualEngine(std::make_shared<ManualExecutor>(manual_clock), manual_clock, limits) {}
    ManualEngine(std::shared_ptr<ManualExecutor> manual_executor,
                 const std::shared_ptr<ManualClock>& manual_clock, const Limits& limits)
        : EngineFixture(manual_executor, manual_clock, limits),
          executor(std::move(manual_executor)) {}
};

}  // namespace whispr::test
