#include "moderators.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using edge::HttpAnswer;
using whisprd::Moderators;

namespace {

const whispr::UserId alice = *whispr::UserId::parse("11111111-1111-4111-8111-000000000001");
const whispr::UserId bob = *whispr::UserId::parse("11111111-1111-4111-8111-000000000002");
const Moderators::Time start{1h};

// The user-service, which answers when the test says so.
struct UserService {
    std::vector<std::pair<edge::HttpGet, edge::HttpClient::Done>> asked;

    Moderators::Fetch fetch() {
        return [this](edge::HttpGet request, edge::HttpClient::Done done) {
            asked.emplace_back(std::move(request), std::move(done));
        };
    }
    void answer(const HttpAnswer& answer) {
        auto waiting = std::move(asked);
        asked.clear();
        for (auto& [request, done] : waiting)
            done(answer);
    }
};

// The answers to one question, in order.
struct Verdicts {
    std::string said;  // a letter for each
    Moderators::Done done() {
        return [this](bool moderator) { said += moderator ? 'y' : 'n'; };
    }
};

HttpAnswer role(const std::string& name) {
    return {200, R"({"role":")" + name + "\"}", {}};
}

}  // namespace

TEST_CASE("who is named in the configuration is a moderator without a question") {
    UserService service;
    Moderators moderators({alice.to_string()}, service.fetch());
    Verdicts verdicts;
    moderators.ask(alice, {}, start, verdicts.done());
    CHECK(verdicts.said == "y");
    CHECK(service.asked.empty());
}

TEST_CASE("without a user-service nobody else is a moderator") {
    Moderators moderators({alice.to_string()}, {});
    Verdicts verdicts;
    moderators.ask(bob, "Bearer x", start, verdicts.done());
    CHECK(verdicts.said == "n");
}

TEST_CASE("the user-service is asked with the caller's own token, REST.md \u00a71.6") {
    UserService service;
    Moderators moderators({}, service.fetch());
    Verdicts verdicts;
    moderators.ask(bob, "Bearer abc", start, verdicts.done());
    REQUIRE(service.asked.size() == 1);
    CHECK(service.asked[0].first.path == "/user/v1/roles/me");
    CHECK(service.asked[0].first.headers.at(0) ==
          std::pair<std::string, std::string>{"Authorization", "Bearer abc"});
    CHECK(verdicts.said.empty());
    service.answer(role("moderator"));
    CHECK(verdicts.said == "y");
}

TEST_CASE("moderators and admins are moderators, users are not, and that is remembered") {
    for (const auto& [name, expected] : {std::pair{"admin", 'y'}, std::pair{"moderator", 'y'},
                                         std::pair{"user", 'n'}, std::pair{"root", 'n'}}) {
        UserService service;
        Moderators moderators({}, service.fetch());
        Verdicts verdicts;
        moderators.ask(bob, "Bearer x", start, verdicts.done());
        service.answer(role(name));
        moderators.ask(bob, "Bearer x", start + 299s, verdicts.done());
        CHECK(verdicts.said == std::string(2, expected));
        CHECK(service.asked.empty());
        moderators.ask(bob, "Bearer x", start + 300s, verdicts.done());
        CHECK(service.asked.size() == 1);
        service.answer(role("user"));
        CHECK(verdicts.said.back() == 'n');
    }
}

TEST_CASE("an answer that names no role is none, and is not remembered") {
    UserService service;
    Moderators moderators({}, service.fetch());
    Verdicts verdicts;
    for (const HttpAnswer& answer :
         {HttpAnswer{0, "", "timeout"}, HttpAnswer{503, R"({"role":"admin"})", ""},
          HttpAnswer{200, "<html>", ""}, HttpAnswer{200, R"({"role":7})", ""},
          HttpAnswer{200, "[]", ""}}) {
        verdicts.said.clear();
        moderators.ask(bob, "Bearer x", start, verdicts.done());
        REQUIRE(service.asked.size() == 1);
        service.answer(answer);
        CHECK(verdicts.said == "n");
    }
    moderators.ask(bob, "Bearer x", start, verdicts.done());
    service.answer(role("admin"));
    CHECK(verdicts.said.back() == 'y');
}

TEST_CASE("who asks for the same user meanwhile shares the answer") {
    UserService service;
    Moderators moderators({}, service.fetch());
    Verdicts verdicts;
    for (int i = 0; i < 3; ++i)
        moderators.ask(bob, "Bearer x", start, verdicts.done());
    moderators.ask(alice, "Bearer y", start, verdicts.done());
    CHECK(service.asked.size() == 2);
    service.answer(role("admin"));
    CHECK(verdicts.said == "yyyy");
}

TEST_CASE("who presents no token is not asked for, but may be known") {
    UserService service;
    Moderators moderators({}, service.fetch());
    Verdicts verdicts;
    moderators.ask(bob, {}, start, verdicts.done());
    CHECK(verdicts.said == "n");
    CHECK(service.asked.empty());
    moderators.ask(bob, "Bearer x", start, verdicts.done());
    service.answer(role("admin"));
    moderators.ask(bob, {}, start, verdicts.done());
    CHECK(verdicts.said.back() == 'y');
}
