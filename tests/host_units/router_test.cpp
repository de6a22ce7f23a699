#include "rest/router.hpp"

#include <catch2/catch.hpp>

using namespace whisprd::rest;

namespace {

void one(CallPtr) {}
void two(CallPtr) {}
void three(CallPtr) {}
void four(CallPtr) {}

const Route table[] = {
    {"GET", "/conversations/:id", one},
    {"GET", "/conversations/search", two},
    {"DELETE", "/messages/:id/reactions/:reaction", three},
    {"GET", "/", four},
};

struct Fixture {
    Router router;
    Fixture() {
        router.add("/api", std::span(table).first(3));
        router.add("", std::span(table).last(1));
    }
    Endpoint endpoint(std::string_view method, std::string_view path) {
        const auto match = router.find(method, path);
        return match.route == nullptr ? nullptr : match.route->endpoint;
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a fixed segment is preferred to a parameter") {
    CHECK(endpoint("GET", "/api/conversations/search") == two);
    CHECK(endpoint("GET", "/api/conversations/other") == one);
}

TEST_CASE_METHOD(Fixture, "parameters are given decoded and in order") {
    const auto match = router.find("DELETE", "/api/messages/m-1/reactions/%F0%9F%91%8D");
    REQUIRE(match.route != nullptr);
    CHECK(match.parameters == std::vector<std::string>{"m-1", "👍"});
    CHECK_FALSE(match.malformed);
}

TEST_CASE_METHOD(Fixture, "a malformed segment is told apart from an unknown path") {
    const auto match = router.find("GET", "/api/conversations/%zz");
    REQUIRE(match.route != nullptr);
    CHECK(match.malformed);
}

TEST_CASE_METHOD(Fixture, "empty segments change nothing") {
    CHECK(endpoint("GET", "//api//conversations/search/") == two);
    CHECK(endpoint("GET", "/") == four);
    CHECK(endpoint("GET", "") == four);
}

TEST_CASE_METHOD(Fixture, "HEAD is answered by GET, other methods are not there") {
    CHECK(endpoint("HEAD", "/api/conversations/x") == one);
    CHECK(endpoint("PATCH", "/api/conversations/x") == nullptr);
    CHECK(endpoint("BREW", "/") == nullptr);
}

TEST_CASE_METHOD(Fixture, "unknown and endless paths are not there") {
    CHECK(endpoint("GET", "/api") == nullptr);
    CHECK(endpoint("GET", "/api/conversations/x/y") == nullptr);
    CHECK(endpoint("GET", "/api/conversations" + std::string(10'000, '/') + "x") == one);
    std::string endless;
    for (int i = 0; i < 10'000; ++i)
        endless += "/x";
    CHECK(endpoint("GET", endless) == nullptr);
}

TEST_CASE("the tables of all concepts fit into one router") {
    Router router;
    for (const auto routes : {conversation_routes(), member_routes(), settings_routes(),
                              message_routes(), reaction_routes(), health_routes()}) {
        router.add("/messaging/api/v1", routes);
        for (const Route& route : routes) {
            const auto match =
                router.find(route.method, "/messaging/api/v1" + std::string(route.pattern));
            REQUIRE(match.route != nullptr);
            CHECK(match.route->endpoint == route.endpoint);
        }
    }
}
