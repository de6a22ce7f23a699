#include "jwks_refresher.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <future>

#include "collecting_log.hpp"
#include "token_fixture.hpp"

using namespace edge;
using edge_test::CollectingLog;
using edge_test::Issuer;
using Outcome = KeyFetch::Outcome;

namespace {

class ScriptedSource final : public KeySource {
 public:
    explicit ScriptedSource(std::deque<KeyFetch> answers) : answers_(std::move(answers)) {}
    KeyFetch fetch(const std::atomic<bool>&) override {
        KeyFetch answer = answers_.front();
        if (answers_.size() > 1) answers_.pop_front();
        return answer;
    }

 private:
    std::deque<KeyFetch> answers_;
};

// Says when it is called and answers only when it is told to stop.
class HangingSource final : public KeySource {
 public:
    explicit HangingSource(std::promise<void>& called) : called_(called) {}
    KeyFetch fetch(const std::atomic<bool>& stop) override {
        called_.set_value();
        while (!stop.load())
            std::this_thread::yield();
        return {Outcome::failed, "stopped"};
    }

 private:
    std::promise<void>& called_;
};

KeyFetch document(const Issuer& issuer) {
    return {Outcome::changed, write_key_set("k1", issuer.key().coordinates())};
}

}  // namespace

TEST_CASE("keys stay in force while fetching fails") {
    const Issuer issuer;
    CollectingLog log;
    KeyStore store;
    KeyRefresher refresher(std::make_unique<ScriptedSource>(std::deque<KeyFetch>{
                               document(issuer),
                               {Outcome::failed, "connection refused"},
                               {Outcome::changed, "<html>"},
                               {Outcome::changed, R"({"keys":[]})"},
                           }),
                           std::chrono::hours(1), store, log.log);
    CHECK(refresher.age_seconds() < 0);
    for (int i = 0; i < 4; ++i) {
        CHECK(refresher.fetch_now());
        CHECK(store.snapshot().keys->same_keys(issuer.key_set()));
    }
    CHECK(refresher.failures() == 3);
    CHECK(refresher.age_seconds() >= 0);
    REQUIRE(log.lines().size() == 4);
    CHECK_THAT(log.lines()[1], Catch::Contains("the previous ones stay in force") &&
                                   Catch::Contains("connection refused"));
}

TEST_CASE("without keys the store stays empty and the log says what that means") {
    CollectingLog log;
    KeyStore store;
    KeyRefresher refresher(std::make_unique<ScriptedSource>(
                               std::deque<KeyFetch>{{Outcome::failed, "connection refused"}}),
                           std::chrono::hours(1), store, log.log);
    CHECK_FALSE(refresher.fetch_now());
    CHECK(store.snapshot().keys == nullptr);
    CHECK_THAT(log.lines().at(0), Catch::Contains("every token is refused"));
}

TEST_CASE("an unchanged source leaves the generation alone") {
    const Issuer issuer;
    CollectingLog log;
    KeyStore store;
    KeyRefresher refresher(std::make_unique<ScriptedSource>(std::deque<KeyFetch>{
                               document(issuer), {Outcome::unchanged, ""}, document(issuer)}),
                           std::chrono::hours(1), store, log.log);
    refresher.fetch_now();
    const auto generation = store.snapshot().generation;
    refresher.fetch_now();
    refresher.fetch_now();
    CHECK(store.snapshot().generation == generation);
    CHECK(refresher.failures() == 0);
}

TEST_CASE("a refresher that is destroyed does not wait for a fetch under way") {
    CollectingLog log;
    KeyStore store;
    std::promise<void> called;
    {
        KeyRefresher refresher(std::make_unique<HangingSource>(called), std::chrono::hours(1),
                               store, log.log);
        refresher.start();
        called.get_future().wait();
        refresher.unknown_key();
    }
    CHECK(store.snapshot().keys == nullptr);
}
