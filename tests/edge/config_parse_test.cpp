#include "config_parse.hpp"

#include "config_fixture.hpp"

using namespace edge;
using namespace std::chrono_literals;
using Catch::Contains;
using edge_test::ConfigRun;

TEST_CASE("with --dev alone everything else has a default") {
    const Config config = ConfigRun{{"--dev"}, {}, {}}.config();
    CHECK(config.listen.text() == "127.0.0.1:4000");
    REQUIRE(config.admin_listen);
    CHECK(config.admin_listen->text() == "127.0.0.1:4001");
    CHECK(config.data_dir == "/home/alice/.local/share/whispr");
    CHECK(config.store.text() == "sqlite:/home/alice/.local/share/whispr/whispr.db");
    CHECK(config.dev);
    CHECK(config.jwt_refresh == 1h);
    CHECK(config.max_message_size == 65'536);
    CHECK(config.warnings.empty());
}

TEST_CASE("the data directory follows XDG_DATA_HOME and carries the default store") {
    CHECK(ConfigRun{{"--dev"}, {{"XDG_DATA_HOME", "/xdg"}}, {}}.config().store.path ==
          "/xdg/whispr/whispr.db");
    CHECK(ConfigRun{{"--dev", "--data-dir", "/d"}, {}, {}}.config().store.path == "/d/whispr.db");
    CHECK(ConfigRun{{"--dev", "--data-dir", "/d", "--store", "memory:"}, {}, {}}
              .config()
              .store.kind == StoreChoice::Kind::memory);
}

TEST_CASE("without any place for data the process does not start") {
    CHECK_THAT((ConfigRun{{"--dev"}, {{"HOME", ""}}, {}}.refusal()), Contains("no data directory"));
}

TEST_CASE("flags override the environment, which overrides the file") {
    ConfigRun run{{"--jwks", "f"}, {}, {{"w.toml", "max_topics = 7\nlisten = \"127.0.0.1:1\""}}};
    run.environment["WHISPR_CONFIG"] = "w.toml";
    CHECK(run.config().max_topics == 7);
    run.environment["WHISPR_MAX_TOPICS"] = "8";
    CHECK(run.config().max_topics == 8);
    run.flags.insert(run.flags.end(), {"--max-topics", "9"});
    CHECK(run.config().max_topics == 9);
    CHECK(run.config().listen.port == 1);
}

TEST_CASE("--config overrides WHISPR_CONFIG") {
    const ConfigRun run{{"--dev", "--config", "b"},
                        {{"WHISPR_CONFIG", "a"}},
                        {{"a", "max_topics = 1"}, {"b", "max_topics = 2"}}};
    CHECK(run.config().max_topics == 2);
}

TEST_CASE("every setting can be given by flag, environment and file alike") {
    const ConfigRun flags{
        {"--jwks", "https://k/jwks", "--listen=[::1]:5000", "--admin-listen", "off",
         "--cors-allowed-origins", "https://a.example,https://b.example", "--idle-timeout", "90s",
         "--max-body-size", "2m", "--strict-presence", "--log-level", "warn", "--log-format=json",
         "--trusted-proxies", "10.0.0.0/8", "--trusted-proxies", "fd00::/8"},
        {},
        {}};
    const ConfigRun environment{
        {},
        {{"WHISPR_JWKS", "https://k/jwks"},
         {"WHISPR_LISTEN", "[::1]:5000"},
         {"WHISPR_ADMIN_LISTEN", "off"},
         {"WHISPR_CORS_ALLOWED_ORIGINS", "https://a.example, https://b.example"},
         {"WHISPR_IDLE_TIMEOUT", "90s"},
         {"WHISPR_MAX_BODY_SIZE", "2MiB"},
         {"WHISPR_STRICT_PRESENCE", "true"},
         {"WHISPR_LOG_LEVEL", "warn"},
         {"WHISPR_LOG_FORMAT", "json"},
         {"WHISPR_TRUSTED_PROXIES", "10.0.0.0/8,fd00::/8"}},
        {}};
    const ConfigRun file{{"--config", "f"}, {}, {{"f", R"(
jwks = "https://k/jwks"
listen = "[::1]:5000"
admin_listen = "off"
cors_allowed_origins = ["https://a.example", "https://b.example"]
idle_timeout = "90s"
max_body_size = 2097152
strict_presence = true
log_level = "warn"
log_format = "json"
trusted_proxies = ["10.0.0.0/8", "fd00::/8"]
)"}}};
    for (const ConfigRun& run : {flags, environment, file}) {
        const Config config = run.config();
        CHECK(config.jwks == "https://k/jwks");
        CHECK(config.listen == ListenAddress{"::1", 5000});
        CHECK_FALSE(config.admin_listen);
        CHECK(config.cors_allowed_origins ==
              std::vector<std::string>{"https://a.example", "https://b.example"});
        CHECK(config.idle_timeout == 90s);
        CHECK(config.max_body_size == 2 * 1024 * 1024);
        CHECK(config.strict_presence);
        CHECK(config.log_level == LogLevel::warn);
        CHECK(config.log_format == LogFormat::json);
        CHECK(config.trusted_proxies == std::vector<std::string>{"10.0.0.0/8", "fd00::/8"});
    }
}

TEST_CASE("a switch of the file is turned off by its flag") {
    const ConfigRun run{{"--jwks", "f", "--no-dev", "--config", "c"}, {}, {{"c", "dev = true"}}};
    CHECK_FALSE(run.config().dev);
}

TEST_CASE("a switch cannot be on and off at once") {
    CHECK_THAT((ConfigRun{{"--dev", "--no-dev"}, {}, {}}.refusal()), Contains("--no-dev"));
}

TEST_CASE("an empty value turns the admin address off") {
    CHECK_FALSE((ConfigRun{{"--dev", "--admin-listen", ""}, {}, {}}.config().admin_listen));
    CHECK_FALSE((ConfigRun{{"--dev", "--admin-listen="}, {}, {}}.config().admin_listen));
    CHECK_FALSE((ConfigRun{{"--dev"}, {{"WHISPR_ADMIN_LISTEN", ""}}, {}}.config().admin_listen));
}

TEST_CASE("a bad value is refused with its key, its source, the value and the reason") {
    CHECK_THAT((ConfigRun{{"--dev", "--listen", "nowhere"}, {}, {}}.refusal()),
               Contains("listen") && Contains("--listen") && Contains("\"nowhere\"") &&
                   Contains("HOST:PORT"));
    CHECK_THAT((ConfigRun{{"--dev"}, {{"MAX_MESSAGE_SIZE", "big"}}, {}}.refusal()),
               Contains("max_message_size") && Contains("environment MAX_MESSAGE_SIZE") &&
                   Contains("\"big\""));
    CHECK_THAT(
        (ConfigRun{{"--dev", "--config", "c"}, {}, {{"c", "idle_timeout = \"1ms\""}}}.refusal()),
        Contains("idle_timeout") && Contains("file c") && Contains("between 1s and 1h"));
}

TEST_CASE("every mistake is reported at once") {
    const std::string text = ConfigRun{
        {"--dev", "--max-topics", "0", "--log-level", "loud"},
        {{"WHISPR_IDLE_TIMEOUT", "soon"}},
        {}}.refusal();
    CHECK_THAT(text, Contains("max_topics") && Contains("log_level") &&
                         Contains("debug, info, warn, error, off") && Contains("idle_timeout"));
}

TEST_CASE("values of every kind are refused when they are not of that kind") {
    const auto flag = GENERATE(as<std::string>{}, "--listen=127.0.0.1", "--listen=:4000",
                               "--listen=127.0.0.1:65536", "--listen=::1:4000", "--admin-listen=x",
                               "--max-topics=-1", "--max-topics=1.5", "--max-body-size=1x",
                               "--max-body-size=99999999999999999999", "--shutdown-grace=1w",
                               "--trusted-proxies=0.0.0.0/0", "--admin-user-ids=alice",
                               "--cors-allowed-origins=chat.example", "--store=mysql:x",
                               "--store=sqlite:", "--log-format=xml", "--io-threads=1000",
                               "--user-service-url=user-service:3002", "--internal-api-token=a b",
                               "--internal-api-token=[redacted]");
    INFO(flag);
    CHECK_THAT((ConfigRun{{"--dev", flag}, {}, {}}.refusal()), Contains("bad value for"));
}

TEST_CASE(
    "an unknown flag, a missing value, a flag given twice and a missing command are refused") {
    CHECK_THAT((ConfigRun{{"--dev", "--lisen", "x"}, {}, {}}.refusal()), Contains("--lisen"));
    CHECK_THAT((ConfigRun{{"--listen"}, {}, {}}.refusal()), Contains("--listen"));
    CHECK_THAT((ConfigRun{{"--dev", "--listen", "127.0.0.1:1", "--listen", "127.0.0.1:2"}, {}, {}}
                    .refusal()),
               Contains("--listen"));
    CHECK_THAT((ConfigRun{{"--dev", "stray"}, {}, {}}.refusal()), Contains("stray"));
    const auto nothing = parse_config({{}, {}, {}, "1"});
    REQUIRE(std::holds_alternative<ConfigExit>(nothing));
    CHECK(std::get<ConfigExit>(nothing).code == 2);
}

TEST_CASE("help and version are printed and the process ends well") {
    const std::string help = ConfigRun{{"--help"}, {}, {}}.refusal(0);
    CHECK_THAT(help, Contains("--listen") && Contains("--jwks") && Contains("Identity") &&
                         Contains("JWT_JWKS_URL") && Contains("127.0.0.1:4000"));
    const auto version = parse_config({{"--version"}, {}, {}, "1.2.3"});
    REQUIRE(std::holds_alternative<ConfigExit>(version));
    CHECK(std::get<ConfigExit>(version).code == 0);
    CHECK(std::get<ConfigExit>(version).text == "whisprd 1.2.3\n");
    const auto top = parse_config({{"--help"}, {}, {}, "1.2.3"});
    REQUIRE(std::holds_alternative<ConfigExit>(top));
    CHECK_THAT(std::get<ConfigExit>(top).text, Contains("serve"));
}

TEST_CASE("what --print-config prints is a file that means the same") {
    const ConfigRun first{
        {"--jwks", "/k", "--admin-listen", "off", "--idle-timeout", "90s", "--cors-allowed-origins",
         "https://a.example,https://b.example", "--jwt-audience", "a\"b\\c", "--print-config"},
        {},
        {}};
    const std::string printed = first.refusal(0);
    CHECK_THAT(printed, Contains("idle_timeout = \"90s\"  # --idle-timeout") &&
                            Contains("max_topics = 5100  # default"));
    const Config again = ConfigRun{{"--config", "p"}, {}, {{"p", printed}}}.config();
    CHECK(again.idle_timeout == 90s);
    CHECK_FALSE(again.admin_listen);
    CHECK(again.jwt_audience == "a\"b\\c");
    CHECK(again.cors_allowed_origins.size() == 2);
    CHECK((ConfigRun{{"--config", "p", "--print-config"}, {}, {{"p", printed}}}.refusal(0)).size() >
          500);
}

TEST_CASE("credentials in a URL are printed nowhere") {
    const std::string url = "https://user:hunter2@keys.example/jwks";
    CHECK_THAT((ConfigRun{{"--jwks", url, "--print-config"}, {}, {}}.refusal(0)),
               Contains("https://keys.example/jwks") && !Contains("hunter2"));
    CHECK_THAT((ConfigRun{{"--dev", "--store", "mysql://user:hunter2@db/x"}, {}, {}}.refusal()),
               Contains("mysql://db/x") && !Contains("hunter2"));
}

TEST_CASE("a secret is printed nowhere") {
    CHECK_THAT(
        (ConfigRun{{"--dev", "--print-config"}, {{"INTERNAL_API_TOKEN", "hunter2"}}, {}}.refusal(
            0)),
        Contains("internal_api_token = \"[redacted]\"") && !Contains("hunter2"));
    CHECK_THAT((ConfigRun{{"--dev"}, {{"INTERNAL_API_TOKEN", "hunter2 hunter3"}}, {}}.refusal()),
               Contains("internal_api_token") && !Contains("hunter2"));
}
