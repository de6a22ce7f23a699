// Two engines of eight lanes on one schema, as two servers would have them.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "postgres_fixture.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/engine.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Caller caller(std::uint64_t number) {
    return {user(number), {}, false};
}

class Node {
 public:
    Node(const SharedSchema& schema, const std::string& name) {
        PostgresOptions options = schema.options(name);
        options.lanes = 8;
        engine_ = take(Engine::open(local_engine_options(take(open_postgres_storage(options)))));
    }
    Engine& operator*() { return *engine_; }
    Engine* operator->() { return engine_.get(); }

 private:
    std::unique_ptr<Engine> engine_;
};

struct TwoNodes {
    SharedSchema schema;
    Node first{schema, "first"};
    Node second{schema, "second"};

    /// Runs it on that many threads, which take turns with the nodes. Assertions are not for
    /// threads: what a thread has seen it keeps.
    template <class Function>
    void at_once(std::size_t threads, Function function) {
        std::vector<std::thread> running;
        for (std::size_t i = 0; i < threads; ++i) {
            Engine& engine = i % 2 == 0 ? *first : *second;
            running.emplace_back([&function, &engine, i] { function(engine, i); });
        }
        for (std::thread& thread : running)
            thread.join();
    }
};

ConversationId make_group(Engine& engine, std::uint64_t owner, std::vector<UserId> members) {
    CreateGroup command;
    command.name = "group";
    command.members = std::move(members);
    Waiter<Conversation> created;
    engine.conversations().create_group(caller(owner), std::move(command), created.completion());
    return take(created.get()).id;
}

struct Acknowledged {
    std::size_t conversation = 0;
    Mseq mseq = 0;
    std::string content;
    std::string error;
};

/// Every message of a conversation, oldest first.
std::vector<Message> whole_history(Engine& engine, ConversationId conversation) {
    std::vector<Message> all;
    for (;;) {
        PageRequest request;
        request.conversation = conversation;
        request.after_mseq = all.empty() ? 0 : all.back().mseq;
        request.limit = 100;
        Waiter<MessagePage> page;
        engine.messages().page(caller(1), request, page.completion());
        MessagePage found = take(page.get());
        if (found.messages.empty()) return all;
        std::move(found.messages.rbegin(), found.messages.rend(), std::back_inserter(all));
    }
}

void send_many(Engine& engine, const std::vector<ConversationId>& groups, std::size_t thread,
               std::vector<Acknowledged>& kept) {
    std::mt19937 random(static_cast<std::uint32_t>(thread));
    constexpr std::size_t rounds = 15;
    constexpr std::size_t at_once = 8;
    for (std::size_t round = 0; round < rounds; ++round) {
        std::vector<Waiter<Sent>> answers(at_once);
        std::vector<Acknowledged> asked(at_once);
        for (std::size_t i = 0; i < at_once; ++i) {
            asked[i].conversation = random() % groups.size();
            asked[i].content = std::to_string(thread) + "/" + std::to_string(round * at_once + i);
            SendMessage message;
            message.conversation = groups[asked[i].conversation];
            message.content = asked[i].content;
            engine.messages().send(caller(1 + thread % 4), std::move(message),
                                   answers[i].completion());
        }
        for (std::size_t i = 0; i < at_once; ++i) {
            const Result<Sent> sent = answers[i].get();
            if (sent) asked[i].mseq = sent->message->mseq;
            if (!sent) asked[i].error = sent.error().text;
            kept.push_back(asked[i]);
        }
    }
}

}  // namespace

TEST_CASE("what two nodes acknowledge is there once, under numbers without a hole", "[postgres]") {
    TwoNodes on;
    std::vector<ConversationId> groups;
    for (int i = 0; i < 5; ++i)
        groups.push_back(make_group(*on.first, 1, {user(2), user(3), user(4)}));
    constexpr std::size_t threads = 8;
    std::vector<std::vector<Acknowledged>> kept(threads);
    on.at_once(threads, [&](Engine& engine, std::size_t thread) {
        send_many(engine, groups, thread, kept[thread]);
    });
    std::map<std::pair<std::size_t, Mseq>, std::string> acknowledged;
    for (const auto& all : kept) {
        for (const Acknowledged& one : all) {
            CHECK(one.error.empty());
            const bool first =
                acknowledged.emplace(std::pair(one.conversation, one.mseq), one.content).second;
            CHECK(first);
        }
    }
    CHECK(acknowledged.size() == threads * 120);
    std::size_t stored = 0;
    for (std::size_t group = 0; group < groups.size(); ++group) {
        const std::vector<Message> history = whole_history(*on.second, groups[group]);
        stored += history.size();
        REQUIRE_FALSE(history.empty());
        for (std::size_t i = 0; i < history.size(); ++i) {
            CHECK(history[i].mseq == static_cast<Mseq>(i + 1));
            CHECK(history[i].eseq == history.front().eseq + static_cast<Eseq>(i));
            CHECK(acknowledged[{group, history[i].mseq}] == history[i].content);
            if (i > 0) CHECK(history[i - 1].sent_at < history[i].sent_at);
        }
    }
    CHECK(stored == acknowledged.size());
}

TEST_CASE("a user's changes on two nodes take numbers without a hole", "[postgres]") {
    TwoNodes on;
    std::vector<ConversationId> groups;
    for (int i = 0; i < 24; ++i)
        groups.push_back(make_group(*on.first, 2, {user(1)}));
    std::atomic<int> refused{0};
    on.at_once(8, [&](Engine& engine, std::size_t thread) {
        for (std::size_t i = thread; i < groups.size(); i += 8) {
            UpdateSettings command;
            command.conversation = groups[i];
            command.muted = true;
            Waiter<MemberSettings> done;
            engine.conversations().update_settings(caller(1), command, done.completion());
            if (!done.get()) ++refused;
        }
    });
    CHECK(refused == 0);
    const std::string of_user = " WHERE user_id = '" + user(1).to_string() + "'";
    CHECK(on.schema.ask("SELECT string_agg(last_useq::text, ' ' ORDER BY last_useq) = "
                        "(SELECT string_agg(n::text, ' ' ORDER BY n) FROM generate_series(1, 24) n)"
                        " FROM memberships" +
                        of_user) == "t");
    CHECK(on.schema.ask("SELECT useq FROM users WHERE id = '" + user(1).to_string() + "'") == "24");
}

TEST_CASE("two who write to each other at once on two nodes get one conversation", "[postgres]") {
    TwoNodes on;
    constexpr std::uint64_t pairs = 40;
    std::array<std::vector<Result<Conversation>>, 2> created;
    on.at_once(2, [&](Engine& engine, std::size_t node) {
        for (std::uint64_t i = 0; i < pairs; ++i) {
            const std::uint64_t one = 100 + 2 * i;
            Waiter<Conversation> answer;
            engine.conversations().create_direct(caller(one + node), {user(one + 1 - node), "{}"},
                                                 answer.completion());
            created[node].push_back(answer.get());
        }
    });
    for (std::size_t i = 0; i < pairs; ++i) {
        const ConversationId one = take(created[0][i]).id;
        CHECK(one == take(created[1][i]).id);
    }
    CHECK(on.schema.ask("SELECT count(*) FROM direct_pairs") == std::to_string(pairs));
}

TEST_CASE("a group that is asked for twice with one operation on two nodes is one", "[postgres]") {
    TwoNodes on;
    constexpr std::uint64_t groups = 40;
    std::array<std::vector<Result<Conversation>>, 2> created;
    on.at_once(2, [&](Engine& engine, std::size_t node) {
        for (std::uint64_t i = 0; i < groups; ++i) {
            CreateGroup command;
            command.name = "group";
            command.members = {user(2)};
            command.op_id = id<OpId>(i + 1);
            Waiter<Conversation> answer;
            engine.conversations().create_group(caller(1), std::move(command), answer.completion());
            created[node].push_back(answer.get());
        }
    });
    for (std::size_t i = 0; i < groups; ++i) {
        const ConversationId one = take(created[0][i]).id;
        CHECK(one == take(created[1][i]).id);
    }
    CHECK(on.schema.ask("SELECT count(*) FROM conversations") == std::to_string(groups));
}

TEST_CASE("a send waits for a conversation that is held elsewhere", "[postgres]") {
    TwoNodes on;
    const ConversationId group = make_group(*on.first, 1, {user(2)});
    Program other{on.schema, "other"};
    take(other.lane->begin({.conversations = {group}}));
    SendMessage message;
    message.conversation = group;
    message.content = "hello";
    Waiter<Sent> sent;
    on.first->messages().send(caller(1), message, sent.completion());
    // Put back until the lane waits for real.
    on.schema.wait_until_waiting("first");
    other.lane->rollback();
    CHECK(take(sent.get()).message->mseq == 1);
}
