#include "config_fixture.hpp"

using namespace edge;
using Catch::Contains;
using edge_test::ConfigRun;

TEST_CASE("without keys and without development mode nothing starts") {
    CHECK_THAT((ConfigRun{}.refusal()), Contains("--jwks") && Contains("--dev"));
}

TEST_CASE("development mode is for loopback addresses only") {
    CHECK_THAT((ConfigRun{{"--dev", "--listen", "0.0.0.0:4000"}, {}, {}}.refusal()),
               Contains("--listen") && Contains("0.0.0.0:4000") && Contains("loopback"));
    CHECK_THAT((ConfigRun{{"--dev", "--listen", "[::]:4000"}, {}, {}}.refusal()),
               Contains("loopback"));
    CHECK_THAT((ConfigRun{{"--dev"}, {{"PORT", "80"}}, {}}.refusal()),
               Contains("environment PORT") && Contains("loopback"));
    CHECK_THAT((ConfigRun{{"--dev", "--admin-listen", "192.0.2.1:1"}, {}, {}}.refusal()),
               Contains("--admin-listen"));
    CHECK((ConfigRun{{"--dev", "--listen", "[::1]:4000"}, {}, {}}.config()).dev);
    CHECK((ConfigRun{{"--dev", "--listen", "localhost:4000"}, {}, {}}.config()).listen.host ==
          "127.0.0.1");
}

TEST_CASE("development mode excludes keys of others and proxies") {
    CHECK_THAT((ConfigRun{{"--dev"}, {{"JWT_JWKS_URL", "https://k"}}, {}}.refusal()),
               Contains("environment JWT_JWKS_URL"));
    CHECK_THAT((ConfigRun{{"--dev", "--trusted-proxies", "10.0.0.0/8"}, {}, {}}.refusal()),
               Contains("--trusted-proxies"));
}

TEST_CASE("a certificate needs its key") {
    CHECK_THAT((ConfigRun{{"--dev", "--tls-cert", "c"}, {}, {}}.refusal()), Contains("tls_key"));
    CHECK_THAT((ConfigRun{{"--dev", "--tls-key", "c"}, {}, {}}.refusal()), Contains("tls_cert"));
    CHECK((ConfigRun{{"--dev", "--tls-key", "k", "--tls-cert", "c"}, {}, {}}.config()).tls_cert ==
          "c");
}

TEST_CASE("two addresses must differ, unless the system chooses the port") {
    CHECK_THAT((ConfigRun{{"--dev", "--listen", "127.0.0.1:4001"}, {}, {}}.refusal()),
               Contains("same address"));
    CHECK((ConfigRun{{"--dev", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"}, {}, {}}
               .config())
              .listen.port == 0);
}

TEST_CASE("a message must fit into a frame and a body") {
    CHECK_THAT((ConfigRun{{"--dev", "--max-message-size", "2m"}, {}, {}}.refusal()),
               Contains("max_frame_size"));
    CHECK_THAT((ConfigRun{{"--dev", "--max-body-size", "2k"}, {}, {}}.refusal()),
               Contains("max_body_size"));
}

TEST_CASE("the old settings for PostgreSQL never lead to SQLite by surprise") {
    const auto name = GENERATE(as<std::string>{}, "DB_HOST", "DB_PORT", "DB_USERNAME",
                               "DB_PASSWORD", "DB_NAME", "DB_POOL_SIZE", "DB_SSL", "DB_IPV6");
    CHECK(ConfigRun{{"--dev"}, {{name, "hunter2"}}, {}}.config().store.kind ==
          StoreChoice::Kind::postgres);
    CHECK(
        ConfigRun{{"--dev", "--store", "sqlite:/x"}, {{name, "hunter2"}}, {}}.config().store.path ==
        "/x");
    CHECK(ConfigRun{{"--dev"}, {{name, "hunter2"}, {"WHISPR_STORE", "memory:"}}, {}}
              .config()
              .store.path.empty());
    CHECK(ConfigRun{{"--dev"}, {{name, ""}}, {}}.config().store.kind == StoreChoice::Kind::sqlite);
}

TEST_CASE("the old settings for PostgreSQL become one URL") {
    const auto store = [](std::map<std::string, std::string> environment) {
        return ConfigRun{{"--dev"}, std::move(environment), {}}.config().store.path;
    };
    CHECK(store({{"DB_NAME", "chat"}}) == "postgres://postgres@localhost:5432/chat");
    CHECK(store({{"DB_HOST", "db.example"},
                 {"DB_PORT", "5433"},
                 {"DB_USERNAME", "chat user"},
                 {"DB_PASSWORD", "p@ss/word:1"},
                 {"DB_SSL", "true"}}) ==
          "postgres://chat%20user:p%40ss%2Fword%3A1@db.example:5433/whispr_messaging_prod"
          "?sslmode=require");
    CHECK(store({{"DATABASE_URL", "ecto://me:secret@db/chat"}, {"DB_HOST", "other"}}) ==
          "postgres://me:secret@db/chat");
    const std::string printed = ConfigRun{
        {"--dev", "--print-config"},
        {{"DATABASE_URL", "postgres://me:hunter2@db/c"}},
        {}}.refusal(0);
    CHECK_THAT(printed, Contains("postgres://db/c") && !Contains("hunter2"));
    const std::string wrong =
        ConfigRun{{"--dev"}, {{"DATABASE_URL", "mysql://me:hunter2@db/c"}}, {}}.refusal();
    CHECK_THAT(wrong, Contains("DATABASE_URL") && Contains("postgres://") && !Contains("hunter2"));
    const std::string shown =
        ConfigRun{{"--dev", "--store", "postgres://db/c?password=hunter2"}, {}, {}}.refusal();
    CHECK_THAT(shown, Contains("store") && !Contains("hunter2"));
}
