// The script that counts for all nodes, on a Redis of the test's own, and what stands around it.
#include "shared_rates.hpp"

#include <catch2/catch.hpp>

#include "contract/redis_server.hpp"

using namespace std::chrono_literals;
using whispr::test::RedisServer;
using whisprd::RateLimits;
using whisprd::SharedRates;
using Numbers = std::vector<std::int64_t>;
using Words = std::vector<std::string>;

namespace {

constexpr auto patience = 20s;

std::unique_ptr<whispr::RedisScript> script_on(const RedisServer& server, std::string lua) {
    whispr::RedisOptions options;
    options.url = server.url();
    auto made = whispr::make_redis_script(options, whisprd::rates_key("test", ""), std::move(lua));
    REQUIRE(made);
    return *std::move(made);
}

std::string key(const std::string& user) {
    return whisprd::rates_key("test", user);
}

Numbers run(whispr::RedisScript& script, const Words& keys, const Words& arguments) {
    const auto answer = script.run(keys, arguments, patience);
    REQUIRE(answer);
    return *answer;
}

/// The script of a clock that the test sets.
std::string at_second(int second) {
    std::string lua = whisprd::rates_script();
    const std::string asked = "tonumber(redis.call('TIME')[1])";
    REQUIRE(lua.find(asked) != std::string::npos);
    return lua.replace(lua.find(asked), asked.size(), std::to_string(second));
}

struct Node {
    explicit Node(const RedisServer& server, std::size_t requests = 3)
        : limits(requests, 5), log(nullptr, {edge::LogLevel::off, {}, {}}) {
        limits.share(
            std::make_unique<SharedRates>(script_on(server, whisprd::rates_script()), "test", log));
    }
    whisprd::RateLimit::Verdict ask(whispr::UserId user) {
        whispr::Waiter<whisprd::RateLimit::Verdict> waiter;
        limits.admit(user, waiter.completion());
        return waiter.get().value();
    }
    void wait_until_shared(bool shared = true) const {
        for (int i = 0; limits.shared()->usable() != shared; ++i) {
            if (i == 4'000) FAIL("it takes too long");
            std::this_thread::sleep_for(5ms);
        }
    }
    RateLimits limits;
    edge::Log log;
};

const whispr::UserId alice = *whispr::UserId::parse("11111111-1111-4111-8111-000000000001");

}  // namespace

TEST_CASE("the script grants what is left, and says what is used", "[redis]") {
    const RedisServer server;
    const auto script = script_on(server, whisprd::rates_script());
    // For each user: requests and messages told, requests asked, their limit.
    CHECK(run(*script, {key("a")}, {"2", "1", "2", "5"}) == Numbers{2, 4, 1, 1});
    const Numbers refused = run(*script, {key("a")}, {"0", "0", "3", "5"});
    CHECK(refused[0] == 1);
    CHECK(refused[1] == 5);
    CHECK(refused[2] == 1);
    CHECK(refused[3] >= 55);
    CHECK(refused[3] <= 60);
    // What was told was served already, and counts beyond the limit.
    const Numbers both =
        run(*script, {key("a"), key("b")}, {"1", "2", "0", "5", "0", "7", "1", "5"});
    CHECK(both[0] == 0);
    CHECK(both[1] == 6);
    CHECK(both[2] == 3);
    CHECK(Numbers(both.begin() + 4, both.begin() + 7) == Numbers{1, 1, 7});
    CHECK(run(*script, {}, {}).empty());
}

TEST_CASE("the window slides, and nothing is kept for longer", "[redis]") {
    const RedisServer server;
    const auto at = [&](int second, const Words& arguments) {
        return run(*script_on(server, at_second(second)), {key("a")}, arguments);
    };
    CHECK(at(1'000, {"0", "0", "3", "5"})[0] == 3);
    CHECK(at(1'030, {"0", "1", "2", "5"})[0] == 2);
    const Numbers full = at(1'031, {"0", "0", "1", "5"});
    CHECK(full[0] == 0);
    CHECK(full[3] == 29);
    CHECK(at(1'059, {"0", "0", "1", "5"})[0] == 0);
    CHECK(at(1'060, {"0", "0", "0", "5"})[1] == 2);
    CHECK(at(1'060, {"0", "0", "9", "5"})[0] == 3);
    CHECK(at(1'200, {"0", "0", "0", "5"}) == Numbers{0, 0, 0, 1});
    const auto fields = script_on(server, "return {redis.call('HLEN', KEYS[1])}");
    CHECK(run(*fields, {key("a")}, {}) == Numbers{0});
    // A clock that was put back does not lock anybody out.
    CHECK(at(2'000, {"0", "0", "5", "5"})[0] == 5);
    CHECK(at(1'000, {"0", "0", "5", "5"})[0] == 5);
}

TEST_CASE("a script that Redis has forgotten is told it again", "[redis]") {
    RedisServer server;
    const auto script = script_on(server, "return {7}");
    CHECK(run(*script, {}, {}) == Numbers{7});
    server.kill();
    CHECK_FALSE(script->run({}, {}, 1s));
    server.start();
    CHECK(run(*script, {}, {}) == Numbers{7});
    const auto flush = script_on(server, "return {5}");
    CHECK(run(*flush, {}, {}) == Numbers{5});
    server.ask("SCRIPT FLUSH");
    CHECK(run(*script, {}, {}) == Numbers{7});
    CHECK_FALSE(script_on(server, "return {'not a number'}")->run({}, {}, patience));
    CHECK_FALSE(script_on(server, "return 7")->run({}, {}, patience));
    CHECK_FALSE(script_on(server, "this is no Lua")->run({}, {}, patience));
}

TEST_CASE("an answer that comes too late is not taken for the next one", "[redis]") {
    const RedisServer server;
    const auto script = script_on(server, "return {tonumber(ARGV[1])}");
    CHECK(run(*script, {}, {"1"}) == Numbers{1});
    server.pause();
    CHECK_FALSE(script->run({}, {"2"}, 20ms));
    CHECK_FALSE(script->run({}, {"3"}, 20ms));
    server.go_on();
    CHECK(run(*script, {}, {"4"}) == Numbers{4});
}

TEST_CASE("nodes count together, and by themselves while Redis is away", "[redis]") {
    RedisServer server;
    Node one(server);
    Node two(server);
    one.wait_until_shared();
    two.wait_until_shared();
    CHECK(one.ask(alice).remaining == 2);
    CHECK(two.ask(alice).remaining == 1);
    CHECK(one.ask(alice).remaining == 0);
    const auto refused = two.ask(alice);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.limit == 3);
    CHECK(refused.retry_after >= 1s);
    CHECK_FALSE(one.ask(alice).allowed);
    server.kill();
    // The next one finds out; it is answered by its own node, which has served one.
    CHECK(two.ask(alice).allowed);
    two.wait_until_shared(false);
    CHECK(two.ask(alice).remaining == 0);
    CHECK_FALSE(two.ask(alice).allowed);
    one.wait_until_shared(false);
    server.start();
    two.wait_until_shared();
    one.wait_until_shared();
    const auto bob = *whispr::UserId::parse("11111111-1111-4111-8111-000000000002");
    CHECK(one.ask(bob).remaining == 2);
    CHECK(two.ask(bob).remaining == 1);
}

TEST_CASE("messages are told a moment later", "[redis]") {
    const RedisServer server;
    Node one(server, 900);
    Node two(server, 900);
    one.wait_until_shared();
    two.wait_until_shared();
    const auto now = whisprd::UseWindow::Time::clock::now;
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(one.limits.messages.take(alice, now()).remaining == 4 - i);
    for (int i = 0; two.limits.messages.look(alice, now()).remaining != 1; ++i) {
        if (i == 400) FAIL("the other node does not learn of them");
        REQUIRE(two.ask(alice).allowed);
    }
    CHECK(two.limits.messages.take(alice, now()).remaining == 1);
    CHECK(two.limits.messages.take(alice, now()).remaining == 0);
    CHECK_FALSE(two.limits.messages.take(alice, now()).allowed);
    for (int i = 0; one.limits.messages.look(alice, now()).allowed; ++i) {
        if (i == 400) FAIL("the first node does not learn of them");
        REQUIRE(one.ask(alice).allowed);
    }
}

TEST_CASE("of many requests that are left the others hear a moment later", "[redis]") {
    const RedisServer server;
    Node one(server, 1'010);
    Node two(server, 1'010);
    one.wait_until_shared();
    two.wait_until_shared();
    std::size_t asked = 0;
    while (asked < 500) {
        REQUIRE(one.ask(alice).allowed);
        ++asked;
    }
    // The first request at the other node may not know, and is told of all.
    REQUIRE(two.ask(alice).allowed);
    ++asked;
    for (int i = 0;
         two.limits.requests.look(alice, whisprd::UseWindow::Time::clock::now()).remaining >
         1'010 - 500;
         ++i) {
        if (i == 2'000) FAIL("the other node does not learn of them");
        std::this_thread::sleep_for(5ms);
    }
    while (asked < 1'010) {
        REQUIRE(two.ask(alice).allowed);
        ++asked;
    }
    CHECK_FALSE(two.ask(alice).allowed);
    CHECK_FALSE(one.ask(alice).allowed);
}

TEST_CASE("who waits is answered when the node stops", "[redis]") {
    const RedisServer server;
    Node one(server);
    one.wait_until_shared();
    server.pause();
    whispr::Waiter<whisprd::RateLimit::Verdict> waiter;
    one.limits.admit(alice, waiter.completion());
    one.limits.stop();
    CHECK(waiter.get().value().remaining == 2);
    CHECK(one.ask(alice).remaining == 1);
    server.go_on();
}
