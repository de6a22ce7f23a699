#include "config_fixture.hpp"
#include "config_settings.hpp"

using namespace edge;
using namespace std::chrono_literals;
using Catch::Contains;
using edge_test::ConfigRun;

TEST_CASE("the names of the replaced service are understood") {
    const Config config = ConfigRun{
        {},
        {{"HTTP_PORT", "4100"},
         {"PHX_HOST", "chat.example"},
         {"JWT_JWKS_URL", "http://auth/jwks.json"},
         {"JWT_JWKS_REFRESH_MS", "60000"},
         {"JWT_ISSUER", "me"},
         {"JWT_AUDIENCE", "you"},
         {"CORS_ALLOWED_ORIGINS", "https://a.example, https://b.example"},
         {"MAX_MESSAGE_SIZE", "1000"},
         {"USER_SERVICE_HTTP_URL", "http://user-service:3002"},
         {"INTERNAL_API_TOKEN", "secret"},
         {"ADMIN_USER_IDS",
          "AAAAAAAA-1111-4111-8111-111111111111, bbbbbbbb-1111-4111-8111-111111111111"}},
        {}}.config();
    CHECK(config.listen.text() == "0.0.0.0:4100");
    CHECK(config.public_host == "chat.example");
    CHECK(config.jwks == "http://auth/jwks.json");
    CHECK(config.jwt_refresh == 60s);
    CHECK(config.jwt_issuer == "me");
    CHECK(config.jwt_audience == "you");
    CHECK(config.cors_allowed_origins.size() == 2);
    CHECK(config.max_message_size == 1000);
    CHECK(config.user_service_url == "http://user-service:3002");
    CHECK(config.internal_api_token == "secret");
    CHECK(config.admin_user_ids ==
          std::vector<std::string>{"aaaaaaaa-1111-4111-8111-111111111111",
                                   "bbbbbbbb-1111-4111-8111-111111111111"});
}

TEST_CASE("HTTP_PORT goes before PORT, WHISPR_LISTEN before both, WHISPR_ names before old ones") {
    const auto listen = [](edge_test::Environment environment) {
        environment["WHISPR_JWKS"] = "k";
        return ConfigRun{{}, std::move(environment), {}}.config().listen.text();
    };
    CHECK(listen({{"PORT", "1"}}) == "0.0.0.0:1");
    CHECK(listen({{"PORT", "1"}, {"HTTP_PORT", "2"}}) == "0.0.0.0:2");
    CHECK(listen({{"PORT", "1"}, {"HTTP_PORT", ""}}) == "0.0.0.0:1");
    CHECK(listen({{"PORT", "1"}, {"HTTP_PORT", "2"}, {"WHISPR_LISTEN", "127.0.0.1:3"}}) ==
          "127.0.0.1:3");
    CHECK(ConfigRun{{}, {{"JWT_JWKS_URL", "old"}, {"WHISPR_JWKS", "new"}}, {}}.config().jwks ==
          "new");
}

TEST_CASE("an old name that is set and empty counts as unset") {
    const Config config = ConfigRun{
        {"--dev"},
        {{"JWT_JWKS_URL", ""}, {"JWT_ISSUER", ""}, {"CORS_ALLOWED_ORIGINS", ""}},
        {}}.config();
    CHECK(config.jwt_issuer == "whispr-auth");
    CHECK(config.cors_allowed_origins == std::vector<std::string>{"*"});
    CHECK(ConfigRun{{"--dev"}, {{"WHISPR_JWT_ISSUER", ""}}, {}}.config().jwt_issuer.empty());
}

TEST_CASE("a port that is none is refused") {
    CHECK_THAT((ConfigRun{{"--jwks", "k"}, {{"PORT", "tcp://10.0.0.1:80"}}, {}}.refusal()),
               Contains("environment PORT") && Contains("listen"));
}

TEST_CASE(
    "what the replaced service read and this one does not use is warned about without its value") {
    const Config config = ConfigRun{
        {"--dev"},
        {{"GRPC_PORT", "50052"}, {"ENCRYPTION_KEY", "hunter2"}, {"MOD_BAN_DAYS", ""}},
        {}}.config();
    REQUIRE(config.warnings.size() == 1);
    CHECK_THAT(config.warnings[0], Contains("GRPC_PORT") && Contains("ENCRYPTION_KEY") &&
                                       !Contains("hunter2") && !Contains("MOD_BAN_DAYS"));
}

TEST_CASE("the old settings for Redis become one URL") {
    const auto redis = [](std::map<std::string, std::string> environment) {
        return ConfigRun{{"--dev"}, std::move(environment), {}}.config().redis;
    };
    CHECK(redis({}).empty());
    CHECK(redis({{"REDIS_MODE", "direct"}, {"REDIS_DB", "0"}}).empty());
    CHECK(redis({{"REDIS_HOST", "cache"}}) == "redis://cache:6379/0");
    CHECK(redis({{"REDIS_HOST", "cache"}, {"REDIS_PORT", "tcp://10.0.0.1:6380"}}) ==
          "redis://10.0.0.1:6380/0");
    CHECK(redis({{"REDIS_HOST", "cache"}, {"REDIS_PASSWORD", "p@ss"}, {"REDIS_DB", "2"}}) ==
          "redis://:p%40ss@cache:6379/2");
    CHECK(redis({{"REDIS_MODE", "sentinel"},
                 {"REDIS_SENTINELS", "a:26379,b:26379"},
                 {"REDIS_MASTER_NAME", "main"}}) == "redis+sentinel://a:26379,b:26379/main/0");
    CHECK(redis({{"REDIS_HOST", "cache"}, {"REDIS_SSL", "true"}}) == "rediss://cache:6379/0");
    CHECK(redis({{"REDIS_HOST", "cache"}, {"WHISPR_REDIS", "redis://own:1"}}) == "redis://own:1");
}

TEST_CASE("an unknown WHISPR_ name is warned about") {
    const Config config = ConfigRun{{"--dev"}, {{"WHISPR_LISEN", "x"}}, {}}.config();
    REQUIRE(config.warnings.size() == 1);
    CHECK_THAT(config.warnings[0], Contains("WHISPR_LISEN"));
}

TEST_CASE("settings have distinct names and their defaults are read back") {
    std::vector<std::string> names;
    for (const Setting& setting : settings()) {
        names.push_back(setting.variable());
        for (const std::string_view other : setting.other_variables)
            names.emplace_back(other);
        Config config;
        const std::string shown = setting.codec.show(config);
        if (setting.key == "store")
            continue;  // has a default only together with the data directory
        INFO(setting.key);
        CHECK(setting.codec.apply(config, shown) == "");
        CHECK(setting.codec.show(config) == shown);
    }
    std::sort(names.begin(), names.end());
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}
