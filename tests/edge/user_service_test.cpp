#include "user_service.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "bounded_memory.hpp"

using namespace std::chrono_literals;
using edge::HttpAnswer;
using edge::UserService;
using whispr::UserId;

namespace {

const UserId alice = *UserId::parse("11111111-1111-4111-8111-000000000001");
const UserId bob = *UserId::parse("11111111-1111-4111-8111-000000000002");
const std::string check_path =
    "/internal/v1/contacts/check?ownerId=" + alice.to_string() + "&contactId=" + bob.to_string();

HttpAnswer ok(std::string body) {
    return {200, std::move(body), {}};
}

// A service whose answers the test gives when it likes.
struct Fixture {
    struct Asked {
        edge::HttpGet request;
        edge::HttpClient::Done done;
    };

    void answer(const HttpAnswer& said) {
        auto given = std::move(asked);
        asked.clear();
        for (const auto& one : given)
            one.done(said);
    }

    std::vector<Asked> asked;
    std::chrono::steady_clock::time_point now{1h};
    UserService service{[this](edge::HttpGet request, edge::HttpClient::Done done) {
                            asked.push_back({std::move(request), std::move(done)});
                        },
                        {.token = "secret"},
                        [this] { return now; }};
};

}  // namespace

TEST_CASE("a pair that is not known is allowed, and looked up once", "[user_service]") {
    Fixture on;
    CHECK_FALSE(on.service.blocked(bob, alice));
    CHECK_FALSE(on.service.blocked(alice, bob));
    REQUIRE(on.asked.size() == 1);
    CHECK(on.asked[0].request.path == check_path);
    CHECK(on.asked[0].request.headers ==
          std::vector<std::pair<std::string, std::string>>{{"x-internal-token", "secret"}});
    on.answer(ok(R"({"isContact":true,"isBlocked":true})"));
    CHECK(on.service.blocked(alice, bob));
    CHECK(on.service.blocked(bob, alice));
    CHECK(on.asked.empty());
}

TEST_CASE("a block is looked up again after a while, and stays in force until it is answered",
          "[user_service]") {
    Fixture on;
    (void)on.service.blocked(alice, bob);
    on.answer(ok(R"({"isContact":true,"isBlocked":true})"));
    on.now += 59s;
    CHECK(on.service.blocked(alice, bob));
    CHECK(on.asked.empty());
    on.now += 1s;
    CHECK(on.service.blocked(alice, bob));
    REQUIRE(on.asked.size() == 1);
    on.answer(ok(R"({"isContact":true,"isBlocked":false})"));
    CHECK_FALSE(on.service.blocked(alice, bob));
}

TEST_CASE("a look-up that fails changes nothing and is tried again later", "[user_service]") {
    const auto failure =
        GENERATE(HttpAnswer{0, {}, "refused"}, HttpAnswer{500, "{}", {}}, HttpAnswer{404, "{}", {}},
                 ok("not JSON"), ok("[]"), ok("{}"), ok(R"({"isBlocked":"false"})"));
    Fixture on;
    (void)on.service.blocked(alice, bob);
    on.answer(ok(R"({"isBlocked":true})"));
    on.now += 60s;
    (void)on.service.blocked(alice, bob);
    on.answer(failure);
    CHECK(on.service.blocked(alice, bob));
    CHECK(on.asked.empty());
    on.now += 5s;
    (void)on.service.blocked(alice, bob);
    CHECK(on.asked.size() == 1);
}

TEST_CASE("privacy tells whether reading and presence are shown", "[user_service]") {
    struct Case {
        std::string body;
        bool reading;
        bool presence;
    };
    const auto [body, reading, presence] = GENERATE(
        Case{R"({"readReceipts":true,"lastSeenPrivacy":"everyone","onlineStatus":"everyone"})",
             true, true},
        Case{R"({"readReceipts":false,"onlineStatus":"contacts"})", false, true},
        Case{R"({"readReceipts":true,"onlineStatus":"nobody"})", true, false},
        Case{R"({"readReceipts":true,"onlineStatus":"NOBODY"})", true, false},
        Case{R"({"onlineStatus":false})", true, false}, Case{"{}", true, true});
    Fixture on;
    CHECK(on.service.shows_reading(alice));
    CHECK(on.service.shows_presence(alice));
    REQUIRE(on.asked.size() == 1);
    CHECK(on.asked[0].request.path == "/internal/v1/users/" + alice.to_string() + "/privacy");
    on.answer(ok(body));
    CHECK(on.service.shows_reading(alice) == reading);
    CHECK(on.service.shows_presence(alice) == presence);
    on.now += 299s;
    (void)on.service.shows_reading(alice);
    CHECK(on.asked.empty());
    on.now += 1s;
    (void)on.service.shows_reading(alice);
    CHECK(on.asked.size() == 1);
}

TEST_CASE("a user without settings hides nothing and is not asked for at once", "[user_service]") {
    Fixture on;
    (void)on.service.shows_reading(alice);
    on.answer({404, "{}", {}});
    on.now += 6s;
    CHECK(on.service.shows_reading(alice));
    CHECK(on.asked.empty());
}

TEST_CASE("who settles a pair waits for its look-up, and not when it is fresh", "[user_service]") {
    Fixture on;
    int settled = 0;
    const auto count = [&] { ++settled; };
    (void)on.service.blocked(alice, bob);
    on.service.settle(alice, bob, count);
    on.service.settle(bob, alice, count);
    CHECK(on.asked.size() == 1);
    CHECK(settled == 0);
    on.answer(ok(R"({"isBlocked":true})"));
    CHECK(settled == 2);
    on.service.settle(alice, bob, count);
    CHECK(settled == 3);
    on.now += 60s;
    on.service.settle(alice, bob, count);
    CHECK(settled == 3);
    on.answer({0, {}, "no answer"});
    CHECK(settled == 4);
    CHECK(on.service.blocked(alice, bob));
}

TEST_CASE("after it was closed nothing is asked and nobody waits", "[user_service]") {
    Fixture on;
    on.service.close();
    on.service.close();
    int settled = 0;
    on.service.settle(alice, bob, [&] { ++settled; });
    CHECK(settled == 1);
    CHECK_FALSE(on.service.blocked(alice, bob));
    CHECK(on.asked.empty());
}

TEST_CASE("an answer that comes after the end is taken", "[user_service]") {
    edge::HttpClient::Done late;
    {
        UserService service([&](edge::HttpGet, edge::HttpClient::Done done) { late = done; },
                            {.token = "secret"});
        (void)service.blocked(alice, bob);
    }
    late(ok(R"({"isBlocked":true})"));
}

TEST_CASE("a bounded memory forgets what was used longest ago", "[user_service]") {
    edge::BoundedMemory<int, int> memory(4);
    for (int i = 1; i <= 4; ++i)
        memory.at(i) = i;
    CHECK(memory.at(1) == 1);
    memory.at(5) = 5;
    memory.at(6) = 6;
    CHECK(memory.size() <= 4);
    CHECK(memory.at(6) == 6);
    CHECK(memory.at(2) == 0);
}
