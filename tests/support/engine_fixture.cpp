#include "support/engine_fixture.hpp"

#include <stdexcept>
#include <utility>

#include "whispr/adapters/memory.hpp"

namespace whispr::test {

template class Answer<Sent>;
template class Answer<Done>;
template class Answer<Member>;
template class Answer<Message>;
template class Answer<MessagePage>;
template class Answer<std::shared_ptr<const Message>>;
template class Answer<MemberSettings>;
template class Answer<Conversation>;
template class Answer<ConversationList>;
template class Answer<Removal>;
template class Answer<ReadMark>;
template class Answer<Reaction>;
template class Answer<std::vector<Reaction>>;

namespace {

// Calls a member function of a concept and gives its answer.
template <class T, class Concept, class... Parameters, class... Arguments>
Answer<T> ask(Concept& the_concept, void (Concept::*call)(Parameters...),
              Arguments&&... arguments) {
    Answer<T> answer;
    (the_concept.*call)(std::forward<Arguments>(arguments)..., answer.completion());
    return answer;
}

}  // namespace

EngineFixture::EngineFixture(std::shared_ptr<Executor> executor,
                             std::shared_ptr<ManualClock> the_clock, Limits limits)
    : clock(std::move(the_clock)) {
    options.storage = make_scripted_storage(make_memory_storage(clock), script);
    options.executor = std::move(executor);
    options.clock = clock;
    options.ids = std::make_shared<CountedIds>();
    options.limits = limits;
    restart();
}

void EngineFixture::restart() {
    engine.reset();
    auto opened = Engine::open(options);
    if (!opened) throw std::logic_error(opened.error().text);
    engine = *std::move(opened);
    engine->add_sink(sink);
}

Answer<Conversation> EngineFixture::create_direct(UserId caller, CreateDirect command) {
    return ask<Conversation>(engine->conversations(), &Conversations::create_direct,
                             Caller{caller, {}}, std::move(command));
}

Answer<Conversation> EngineFixture::create_group(UserId caller, CreateGroup command) {
    return ask<Conversation>(engine->conversations(), &Conversations::create_group,
                             Caller{caller, {}}, std::move(command));
}

Answer<Conversation> EngineFixture::update(UserId caller, UpdateConversation command) {
    return ask<Conversation>(engine->conversations(), &Conversations::update, Caller{caller, {}},
                             std::move(command));
}

Answer<Removal> EngineFixture::remove(UserId caller, ConversationId id, bool for_everyone) {
    return ask<Removal>(engine->conversations(), &Conversations::remove, Caller{caller, {}}, id,
                        for_everyone);
}

Answer<Member> EngineFixture::add_member(UserId caller, ConversationId id, UserId user) {
    return ask<Member>(engine->conversations(), &Conversations::add_member, Caller{caller, {}}, id,
                       user);
}

Answer<Removal> EngineFixture::remove_member(UserId caller, ConversationId id, UserId user) {
    return ask<Removal>(engine->conversations(), &Conversations::remove_member, Caller{caller, {}},
                        id, user);
}

Answer<MemberSettings> EngineFixture::update_settings(UserId caller, UpdateSettings command) {
    return ask<MemberSettings>(engine->conversations(), &Conversations::update_settings,
                               Caller{caller, {}}, std::move(command));
}

Answer<ConversationList> EngineFixture::list(UserId caller, ListConversations request) {
    return ask<ConversationList>(engine->conversations(), &Conversations::list, Caller{caller, {}},
                                 request);
}

Answer<Conversation> EngineFixture::show(UserId caller, ConversationId id) {
    return ask<Conversation>(engine->conversations(), &Conversations::show, Caller{caller, {}}, id);
}

Answer<Sent> EngineFixture::send(UserId caller, SendMessage command) {
    return ask<Sent>(engine->messages(), &Messages::send, Caller{caller, {}}, std::move(command));
}

Answer<Sent> EngineFixture::send(UserId caller, ConversationId id, std::string content) {
    SendMessage command;
    command.conversation = id;
    command.content = std::move(content);
    return send(caller, std::move(command));
}

MessageAnswer EngineFixture::edit(UserId caller, EditMessage command) {
    return ask<std::shared_ptr<const Message>>(engine->messages(), &Messages::edit,
                                               Caller{caller, {}}, std::move(command));
}

MessageAnswer EngineFixture::edit(UserId caller, MessageId message, std::string content) {
    EditMessage command;
    command.message = message;
    command.content = std::move(content);
    return edit(caller, std::move(command));
}

MessageAnswer EngineFixture::remove(UserId caller, DeleteMessage command) {
    return ask<std::shared_ptr<const Message>>(engine->messages(), &Messages::remove,
                                               Caller{caller, {}}, command);
}

Answer<Message> EngineFixture::show(UserId caller, MessageId message) {
    return ask<Message>(engine->messages(), &Messages::show, Caller{caller, {}}, message);
}

Answer<MessagePage> EngineFixture::page(UserId caller, PageRequest request) {
    return ask<MessagePage>(engine->messages(), &Messages::page, Caller{caller, {}}, request);
}

Answer<ReadMark> EngineFixture::read(UserId caller, MarkRead command) {
    return ask<ReadMark>(engine->receipts(), &Receipts::mark_read, Caller{caller, {}}, command);
}

Answer<Done> EngineFixture::delivered(UserId caller, ConversationId id, Mseq upto) {
    Answer<Done> answer;
    engine->receipts().mark_delivered(Caller{caller, {}}, id, upto, answer.completion());
    return answer;
}

Answer<Done> EngineFixture::delivered(UserId caller, ConversationId id, MessageId message) {
    Answer<Done> answer;
    engine->receipts().mark_delivered(Caller{caller, {}}, id, message, answer.completion());
    return answer;
}

Answer<Reaction> EngineFixture::react(UserId caller, MessageId message, std::string reaction) {
    return ask<Reaction>(engine->reactions(), &Reactions::add, Caller{caller, {}},
                         React{message, {}, std::move(reaction)});
}

Answer<Done> EngineFixture::unreact(UserId caller, MessageId message, std::string reaction) {
    return ask<Done>(engine->reactions(), &Reactions::remove, Caller{caller, {}},
                     React{message, {}, std::move(reaction)});
}

Answer<std::vector<Reaction>> EngineFixture::reactions(UserId caller, MessageId message) {
    return ask<std::vector<Reaction>>(engine->reactions(), &Reactions::list, Caller{caller, {}},
                                      message);
}

ConversationId EngineFixture::direct(UserId a, UserId b) {
    return create_direct(a, {b, "{}"}).value().id;
}

ConversationId EngineFixture::group(UserId creator, std::vector<UserId> others, std::string name) {
    CreateGroup command;
    command.name = std::move(name);
    command.members = std::move(others);
    return create_group(creator, std::move(command)).value().id;
}

Message EngineFixture::sent(UserId caller, ConversationId id, std::string content) {
    return *send(caller, id, std::move(content)).value().message;
}

std::vector<std::string> EngineFixture::contents(UserId caller, ConversationId id) {
    PageRequest request;
    request.conversation = id;
    std::vector<std::string> found;
    for (Message& message : page(caller, request).value().messages) {
        found.push_back(std::move(message.content));
    }
    return found;
}

std::uint32_t EngineFixture::unread(UserId caller, ConversationId id) {
    return show(caller, id).value().unread;
}

}  // namespace whispr::test
