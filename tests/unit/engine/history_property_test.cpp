#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "engine/random_users.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

// Joins the pages of a history, newest first, going back or forward in steps of `limit`.
std::vector<Message> all_pages(EngineFixture& on, UserId user, ConversationId id, std::size_t limit,
                               bool forward) {
    std::vector<Message> all;
    PageRequest request;
    request.conversation = id;
    request.limit = limit;
    if (forward) request.after_mseq = 0;
    for (;;) {
        auto page = on.page(user, request).value();
        const auto& messages = page.messages;
        all.insert(forward ? all.begin() : all.end(), messages.begin(), messages.end());
        if (!page.has_more) return all;
        (forward ? request.after_mseq : request.before_mseq) =
            forward ? messages.front().mseq : messages.back().mseq;
    }
}

void check_message(const Message& message, const ToldMessage& told) {
    CHECK(message.id == told.id);
    CHECK(message.content == told.content);
    CHECK(message.eseq == told.eseq);
    std::set<std::pair<UserId, std::string>> reactions;
    for (const auto& reaction : message.reactions) {
        reactions.emplace(reaction.user, reaction.reaction);
    }
    CHECK(reactions == told.reactions);
}

void check_history(RandomUsers& run, UserId user, ConversationId id, const ToldConversation& told) {
    const auto now = run.on.clock->now();
    std::vector<Mseq> expected;
    for (const auto& [mseq, message] : told.messages) {
        if (told.shows(mseq, user, now)) expected.insert(expected.begin(), mseq);
    }
    for (const bool forward : {false, true}) {
        const auto pages = all_pages(run.on, user, id, forward ? 3 : 7, forward);
        REQUIRE(pages.size() == expected.size());
        for (std::size_t i = 0; i < pages.size(); ++i) {
            REQUIRE(pages[i].mseq == expected[i]);
            check_message(pages[i], told.messages.at(expected[i]));
            if (i > 0) CHECK(pages[i].sent_at < pages[i - 1].sent_at);
        }
    }
}

// What is stored is what was told.
void check_conversation(RandomUsers& run, ConversationId id, const ToldConversation& told) {
    for (const UserId user : run.users) {
        const auto shown = run.on.show(user, id).result();
        REQUIRE(shown.has_value() == told.members.contains(user));
        if (!shown) continue;
        CHECK(shown->eseq == told.eseq);
        CHECK(shown->mseq == static_cast<Mseq>(told.messages.size()));
        CHECK(shown->active == told.active);
        CHECK(shown->metadata == told.metadata);
        CHECK(shown->member_count == told.members.size());
        CHECK(shown->members.size() == told.members.size());
        for (const auto& member : shown->members) {
            REQUIRE(told.members.contains(member.user));
            CHECK(told.members.at(member.user) == member.role);
        }
        CHECK(shown->unread == told.unread(user, run.on.clock->now()));
        check_history(run, user, id, told);
    }
}

// Every acknowledged message is there exactly once, and nothing else is.
void check_sends(const RandomUsers& run) {
    std::set<MessageId> acknowledged;
    std::size_t fresh = 0;
    for (const auto& [answer, content] : run.sends) {
        const auto sent = answer.result();
        if (!sent) continue;
        fresh += sent->repeat ? 0 : 1;
        acknowledged.insert(sent->message->id);
        const auto place = run.told.places.find(sent->message->id);
        REQUIRE(place != run.told.places.end());
        CHECK(place->second.second == sent->message->mseq);
        if (!sent->repeat) CHECK(sent->message->content == content);
    }
    CHECK(acknowledged.size() == fresh);
    std::size_t stored = 0;
    for (const auto& [id, conversation] : run.told.conversations) {
        for (const auto& [mseq, message] : conversation.messages) {
            stored += message.type == MessageType::system ? 0 : 1;
        }
    }
    CHECK(stored == fresh);
}

}  // namespace

TEST_CASE("whatever users do and the database fails, the history stays whole", "[property]") {
    std::size_t conversations = 0;
    std::size_t messages = 0;
    std::uint64_t reruns = 0;
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        RandomUsers run(seed);
        run.run(60);
        CHECK(run.told.faults == std::vector<std::string>());
        CHECK(std::all_of(run.answered.begin(), run.answered.end(),
                          [](const auto& once) { return once(); }));
        check_sends(run);
        for (const auto& [id, told] : run.told.conversations) {
            check_conversation(run, id, told);
            messages += told.messages.size();
        }
        conversations += run.told.conversations.size();
        reruns += run.on.engine->stats().batch_reruns;
    }
    // The runs were worth it.
    CHECK(conversations > 50);
    CHECK(messages > 500);
    CHECK(reruns > 5);
}
