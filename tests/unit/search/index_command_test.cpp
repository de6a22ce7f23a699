#include "search/index_command.hpp"

#include <catch2/catch.hpp>

#include "support/counted_ids.hpp"
#include "support/printing.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

const ConversationId id{numbered(9)};

MessageRow message(Mseq mseq, Eseq eseq, std::string content = "word") {
    MessageRow row;
    row.conversation = id;
    row.mseq = mseq;
    row.last_eseq = eseq;
    row.content = std::move(content);
    return row;
}

// Indexed up to message 4 and change 10; now there are 8 messages and 20 changes.
UnindexedMessages some() {
    UnindexedMessages messages;
    messages.indexed = {id, 10, 4};
    messages.newest = {id, 20, 8};
    messages.changed = {message(3, 12), message(1, 15)};
    messages.created = {message(5, 17), message(6, 13), message(7, 14), message(8, 20)};
    return messages;
}

std::vector<Mseq> numbers(const IndexWork& work) {
    std::vector<Mseq> all;
    for (const MessageWords& words : work.words)
        all.push_back(words.mseq);
    return all;
}

constexpr std::size_t plenty = 1'000'000;

}  // namespace

TEST_CASE("a run that takes everything reaches the conversation's newest", "[search]") {
    const IndexWork work = next_index_work(some(), 100, plenty);
    CHECK(work.complete);
    CHECK(work.reached == SearchCursor{id, 20, 8});
    CHECK(numbers(work) == std::vector<Mseq>{3, 1, 5, 6, 7, 8});
    CHECK(work.words.front().words == "word");
}

TEST_CASE("a run that is full of changes ends at the last of them", "[search]") {
    UnindexedMessages messages = some();
    messages.created.clear();
    const IndexWork work = next_index_work(messages, 2, plenty);
    CHECK_FALSE(work.complete);
    CHECK(work.reached == SearchCursor{id, 15, 4});
    CHECK(numbers(work) == std::vector<Mseq>{3, 1});
}

TEST_CASE("a run that is full of new messages ends at the last of them", "[search]") {
    UnindexedMessages messages = some();
    messages.created.resize(2);
    const IndexWork work = next_index_work(messages, 4, plenty);
    CHECK_FALSE(work.complete);
    // What is beyond message 6 will be read later than now, so all changes up to now are done.
    CHECK(work.reached == SearchCursor{id, 20, 6});
}

TEST_CASE("a run ends where its words have become too many", "[search]") {
    const IndexWork first = next_index_work(some(), 100, 1);
    CHECK(numbers(first) == std::vector<Mseq>{3});
    CHECK(first.reached == SearchCursor{id, 12, 4});
    const IndexWork third = next_index_work(some(), 100, 9);
    CHECK(numbers(third) == std::vector<Mseq>{3, 1, 5});
    CHECK(third.reached == SearchCursor{id, 20, 5});
    CHECK_FALSE(third.complete);
}

TEST_CASE("changes without messages are done at once", "[search]") {
    UnindexedMessages messages;
    messages.indexed = {id, 10, 4};
    messages.newest = {id, 12, 4};
    const IndexWork work = next_index_work(messages, 100, plenty);
    CHECK(work.complete);
    CHECK(work.words.empty());
    CHECK(work.reached == messages.newest);
}
