#include "config_fixture.hpp"

using namespace edge;
using Catch::Contains;
using edge_test::ConfigRun;

namespace {

std::string refusal(const std::string& toml) {
    return ConfigRun{{"--dev", "--config", "/etc/whispr.toml"}, {}, {{"/etc/whispr.toml", toml}}}
        .refusal();
}

}  // namespace

TEST_CASE("an unknown key is refused with its line") {
    CHECK_THAT(refusal("max_topics = 5\n\nlisen = \"x\"\n"),
               Contains("lisen") && Contains("/etc/whispr.toml") && Contains("line 3"));
    CHECK_THAT(refusal("[server]\nlisten = \"127.0.0.1:1\"\n"), Contains("server"));
}

TEST_CASE("broken TOML is refused with its line") {
    CHECK_THAT(refusal("max_topics = 5\nlisten = \n"),
               Contains("/etc/whispr.toml") && Contains("line 2"));
    CHECK_THAT(refusal("dev = true\ndev = true\n"), Contains("line 2"));
    CHECK_THAT(refusal("dev = \xff\n"), Contains("/etc/whispr.toml"));
}

TEST_CASE("a value of a kind no setting has is refused") {
    for (const std::string value :
         {"1.5", "2026-01-01", "{ a = 1 }", "[1, 2]", "[[\"a\"]]", "[\"a,b\"]"}) {
        INFO(value);
        CHECK_THAT(refusal("cors_allowed_origins = " + value),
                   Contains("bad value for cors_allowed_origins"));
    }
    CHECK_THAT(refusal("listen = [\"127.0.0.1:1\"]"), Contains("bad value for listen"));
    CHECK_THAT(refusal("max_topics = true"), Contains("bad value for max_topics"));
}

TEST_CASE("a file that cannot be read is refused with who asked for it") {
    CHECK_THAT((ConfigRun{{"--dev", "--config", "none"}, {}, {}}.refusal()),
               Contains("none") && Contains("--config"));
    CHECK_THAT((ConfigRun{{"--dev"}, {{"WHISPR_CONFIG", "none"}}, {}}.refusal()),
               Contains("WHISPR_CONFIG"));
}
