#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

void forget_counts(StorageScript& script) {
    script.begins = script.loads = script.writes = script.commits = script.rollbacks = 0;
}

}  // namespace

TEST_CASE("what has queued up runs as one batch in one transaction", "[lane]") {
    ManualEngine on;
    const auto one = on.direct(alice, bob);
    const auto two = on.group(alice, {carol});
    forget_counts(*on.script);
    const auto batches = on.engine->stats().batches;
    on.executor->hold();
    std::vector<Answer<Sent>> answers;
    for (int i = 0; i < 20; ++i)
        answers.push_back(on.send(alice, i % 2 == 0 ? one : two, "m"));
    const auto added = on.add_member(alice, two, dave);
    CHECK(on.engine->stats().lane_queued == 21);
    CHECK(answers[0].count() == 0);
    on.executor->release();
    for (const auto& answer : answers)
        CHECK(answer.result());
    CHECK(added.result());
    CHECK(on.script->begins == 1);
    CHECK(on.script->loads == 1);
    CHECK(on.script->writes == 1);
    CHECK(on.script->commits == 1);
    CHECK(on.engine->stats().batches == batches + 1);
    CHECK(on.engine->stats().lane_queued == 0);
}

TEST_CASE("a batch that refuses everything writes nothing", "[lane]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    forget_counts(*on.script);
    CHECK(on.send(carol, id, "x").error().code == Errc::not_a_member);
    CHECK(on.script->begins == 1);
    CHECK(on.script->writes == 0);
    CHECK(on.script->commits == 0);
    CHECK(on.script->rollbacks == 1);
}

TEST_CASE("a batch has at most five hundred and twelve commands", "[lane]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    std::vector<Answer<Sent>> answers;
    for (int i = 0; i < 1'030; ++i)
        answers.push_back(on.send(alice, id, "m"));
    on.sink->clear();
    forget_counts(*on.script);
    on.executor->release();
    CHECK(on.script->commits == 3);
    const auto batches = on.sink->batches();
    REQUIRE(batches.size() == 3);
    CHECK(batches[0]->size() == 512);
    CHECK(batches[1]->size() == 512);
    CHECK(batches[2]->size() == 6);
    CHECK(answers.back().value().message->mseq == 1'030);
}

TEST_CASE("a batch has at most four mebibytes", "[lane]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const std::string large(65'536, 'x');
    on.executor->hold();
    for (int i = 0; i < 70; ++i)
        CHECK(on.send(alice, id, large).count() == 0);
    on.sink->clear();
    on.executor->release();
    const auto batches = on.sink->batches();
    REQUIRE(batches.size() == 2);
    CHECK(batches[0]->size() == 63);
    CHECK(batches[1]->size() == 7);
}

TEST_CASE("a batch has at most sixty-four conversations", "[lane]") {
    ManualEngine on;
    std::vector<ConversationId> ids;
    for (std::uint64_t i = 0; i < 65; ++i)
        ids.push_back(on.direct(alice, member_number(i)));
    on.executor->hold();
    for (const auto id : ids)
        CHECK(on.send(alice, id, "m").count() == 0);
    on.sink->clear();
    on.executor->release();
    const auto batches = on.sink->batches();
    REQUIRE(batches.size() == 2);
    CHECK(batches[0]->size() == 64);
    CHECK(batches[1]->size() == 1);
}

TEST_CASE("a busy conversation does not keep a quiet one waiting", "[lane]") {
    ManualEngine on;
    const auto busy = on.direct(alice, bob);
    const auto quiet = on.direct(carol, dave);
    on.executor->hold();
    for (int i = 0; i < 2'000; ++i)
        CHECK(on.send(alice, busy, "m").count() == 0);
    CHECK(on.send(carol, quiet, "hello").count() == 0);
    on.sink->clear();
    on.executor->release();
    const auto& first = *on.sink->batches().at(0);
    CHECK(first[1].conversation == quiet);
}

TEST_CASE("a full lane turns commands away at once and keeps what it has", "[lane]") {
    Limits limits;
    limits.lane_queue = 3;
    ManualEngine on(limits);
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    std::vector<Answer<Sent>> answers;
    for (int i = 0; i < 5; ++i)
        answers.push_back(on.send(alice, id, "m"));
    CHECK(answers[3].error().code == Errc::overloaded);
    CHECK(answers[4].error().code == Errc::overloaded);
    CHECK(on.engine->stats().overloaded == 2);
    on.executor->release();
    for (int i = 0; i < 3; ++i)
        CHECK(answers.at(static_cast<std::size_t>(i)).result());
    CHECK(on.sent(alice, id, "again").mseq == 4);
}

TEST_CASE("full readers turn reads away at once", "[readers]") {
    Limits limits;
    limits.reader_queue = 2;
    ManualEngine on(limits);
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x").id;
    on.executor->hold();
    const auto a = on.page(alice, {id});
    const auto b = on.edit(alice, message, "y");
    const auto c = on.page(alice, {id});
    const auto d = on.edit(alice, message, "z");
    CHECK(c.error().code == Errc::overloaded);
    CHECK(d.error().code == Errc::overloaded);
    CHECK(on.engine->stats().overloaded == 2);
    CHECK(on.engine->stats().reader_queued == 2);
    on.executor->release();
    CHECK(a.result());
    CHECK(b.result());
}

TEST_CASE("a read goes to a reader that rests, not to one at work", "[readers]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto reads_before = on.engine->stats().reads;
    bool inside = false;
    Answer<MessagePage> second;
    on.script->before_read = [&] {
        if (std::exchange(inside, true)) return;
        second = on.page(alice, {id});
        CHECK(on.executor->wakes("reader-0") == 1);
        CHECK(on.executor->wakes("reader-1") == 1);
        CHECK(on.page(bob, {id}).count() == 0);
        CHECK(on.executor->wakes("reader-") == 2);
    };
    on.executor->hold();
    const auto first = on.page(alice, {id});
    on.executor->run_once();
    CHECK(inside);
    CHECK(first.result());
    CHECK(second.result());
    on.executor->release();
    CHECK(on.engine->stats().reads == reads_before + 3);
}

TEST_CASE("in another history of the store nothing that was remembered of members counts",
          "[lane]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob});
    on.sent(alice, id, "1");
    std::size_t loaded = 0;
    on.script->before_load = [&](const LoadKeys& keys) {
        loaded = keys.members_of.size();
        return Result<void>();
    };
    on.sent(alice, id, "2");
    CHECK(loaded == 0);
    on.script->epoch = numbered(99);
    on.sent(alice, id, "3");
    CHECK(loaded == 1);
    CHECK(on.engine->epoch() == numbered(99));
    on.sent(alice, id, "4");
    CHECK(loaded == 0);
}
