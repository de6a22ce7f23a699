#include "token_command.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "authenticator.hpp"
#include "dev_keys.hpp"
#include "scratch_directory.hpp"
#include "token_fixture.hpp"

using namespace edge;
using Catch::Contains;
using edge_test::alice;
using edge_test::noon;

namespace {

struct Output {
    int code;
    std::string text;
    std::string complaints;
};

Output run(const whispr_cli::TokenOptions& options) {
    std::ostringstream out;
    std::ostringstream complaints;
    const int code = whispr_cli::write_token(options, noon, out, complaints);
    return {code, out.str(), complaints.str()};
}

}  // namespace

TEST_CASE("whispr token prints a token that the server accepts") {
    const edge_test::ScratchDirectory scratch;
    const auto keys = DevKeys::open_or_create(scratch.path() / "data");
    REQUIRE(std::holds_alternative<DevKeys>(keys));
    KeyStore store;
    store.replace(std::get<DevKeys>(keys).key_set());
    Authenticator authenticator(store, {});

    whispr_cli::TokenOptions options;
    options.data_dir = scratch.path() / "data";
    options.user = "AAAAAAAA-1111-4111-8111-111111111111";
    options.device = "d1";
    Output output = run(options);
    CHECK(output.code == 0);
    CHECK(output.complaints.empty());
    REQUIRE(output.text.ends_with("\n"));
    output.text.pop_back();
    CHECK(authenticator.authenticate_token(output.text, TokenUse::rest, noon) ==
          Authentication{Identity{alice, "d1", noon + std::chrono::hours(720)}});

    options.audience = "ws";
    options.ttl = "60s";
    output = run(options);
    output.text.pop_back();
    CHECK(authenticator.authenticate_token(output.text, TokenUse::rest, noon) ==
          Authentication{Refusal::wrong_audience});
    CHECK(std::holds_alternative<Identity>(
        authenticator.authenticate_token(output.text, TokenUse::socket, noon)));
}

TEST_CASE("whispr token says what is wrong and prints no token") {
    const edge_test::ScratchDirectory scratch;
    whispr_cli::TokenOptions options;
    options.data_dir = scratch.path();
    options.user = alice;
    Output output = run(options);
    CHECK(output.code == 1);
    CHECK_THAT(output.complaints, Contains("no development key"));
    CHECK(output.text.empty());

    options.user = "alice";
    output = run(options);
    CHECK(output.code == 2);
    CHECK_THAT(output.complaints, Contains("--user") && Contains("\"alice\""));

    options.user = alice;
    options.ttl = "soon";
    output = run(options);
    CHECK(output.code == 2);
    CHECK_THAT(output.complaints, Contains("--ttl") && Contains("\"soon\""));
}
