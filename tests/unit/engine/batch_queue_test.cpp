#include "engine/batch_queue.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "support/counted_ids.hpp"

using namespace whispr;
using whispr::test::numbered;

namespace {

struct Named final : Command {
    Named(std::uint64_t conversation, std::string the_name, std::size_t bytes)
        : Command(ConversationId{numbered(conversation)}, bytes), name(std::move(the_name)) {}
    void apply(WorkingSet&) override {}
    bool answer() override { return true; }
    void fail(const Error&) override {}
    std::string name;
};

struct Queue : BatchQueue {
    void add(std::uint64_t conversation, std::string name, std::size_t bytes = 1) {
        push(std::make_unique<Named>(conversation, std::move(name), bytes));
    }
    std::string next(const Bounds& bounds = {100, 1'000, 100}) {
        std::string names;
        for (const auto& command : take(bounds))
            names += dynamic_cast<Named&>(*command).name + " ";
        return names;
    }
};

}  // namespace

TEST_CASE("a batch takes one command of each conversation in turn", "[lane]") {
    Queue queue;
    for (const auto* name : {"a1", "a2", "a3"})
        queue.add(1, name);
    queue.add(2, "b1");
    queue.add(3, "c1");
    queue.add(2, "b2");
    CHECK(queue.size() == 6);
    CHECK(queue.next() == "a1 b1 c1 a2 b2 a3 ");
    CHECK(queue.size() == 0);
    CHECK(queue.next().empty());
}

TEST_CASE("a batch is bounded in commands", "[lane]") {
    Queue queue;
    for (const auto* name : {"a1", "a2", "a3"})
        queue.add(1, name);
    queue.add(2, "b1");
    CHECK(queue.next({3, 1'000, 100}) == "a1 b1 a2 ");
    CHECK(queue.size() == 1);
    CHECK(queue.next({3, 1'000, 100}) == "a3 ");
}

TEST_CASE("a batch is bounded in bytes, but takes one command in any case", "[lane]") {
    Queue queue;
    queue.add(1, "a1", 60);
    queue.add(2, "b1", 41);
    queue.add(3, "huge", 5'000);
    queue.add(3, "c2", 40);
    CHECK(queue.next({100, 100, 100}) == "a1 ");
    CHECK(queue.next({100, 100, 100}) == "b1 ");
    CHECK(queue.next({100, 100, 100}) == "huge ");
    CHECK(queue.next({100, 100, 100}) == "c2 ");
}

TEST_CASE("a batch that is exactly full is taken whole", "[lane]") {
    Queue queue;
    queue.add(1, "a1", 60);
    queue.add(2, "b1", 40);
    queue.add(2, "b2", 0);
    CHECK(queue.next({100, 100, 100}) == "a1 b1 b2 ");
}

TEST_CASE("a batch is bounded in conversations, which then have their turns to the end", "[lane]") {
    Queue queue;
    for (const auto* name : {"a1", "a2"})
        queue.add(1, name);
    for (const auto* name : {"b1", "b2"})
        queue.add(2, name);
    for (const auto* name : {"c1", "c2"})
        queue.add(3, name);
    CHECK(queue.next({100, 1'000, 2}) == "a1 b1 a2 b2 ");
    CHECK(queue.next({100, 1'000, 2}) == "c1 c2 ");
}

TEST_CASE("who has more to do waits behind those that were left out", "[lane]") {
    Queue queue;
    for (const auto* name : {"a1", "a2", "a3"})
        queue.add(1, name);
    queue.add(2, "b1");
    queue.add(3, "c1");
    CHECK(queue.next({2, 1'000, 2}) == "a1 b1 ");
    CHECK(queue.next({2, 1'000, 2}) == "c1 a2 ");
    queue.add(4, "d1");
    CHECK(queue.next({2, 1'000, 2}) == "a3 d1 ");
}

TEST_CASE("a busy conversation does not starve the others", "[lane]") {
    Queue queue;
    for (int i = 0; i < 1'000; ++i)
        queue.add(1, "busy");
    queue.add(2, "quiet");
    CHECK(queue.next({2, 1'000, 100}) == "busy quiet ");
}
