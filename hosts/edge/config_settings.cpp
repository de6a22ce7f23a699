#include "config_settings.hpp"

#include <algorithm>

#include "config_codecs.hpp"

namespace edge {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr std::size_t gib = 1024 * mib;
constexpr std::size_t unbounded = 1'000'000'000;

using Table = std::vector<Setting>;

void add_serving(Table& table) {
    constexpr std::string_view group = "Serving";
    table.push_back({"listen", group, "HOST:PORT", "Where clients connect", codec::listen(), {}});
    table.push_back({"admin_listen",
                     group,
                     "HOST:PORT|off",
                     "Where /metrics is served, for operators only",
                     codec::optional_listen(&Config::admin_listen),
                     {}});
    table.push_back({"tls_cert",
                     group,
                     "FILE",
                     "Certificate chain in PEM form, with --tls-key",
                     codec::text(&Config::tls_cert),
                     {}});
    table.push_back(
        {"tls_key", group, "FILE", "Private key in PEM form", codec::text(&Config::tls_key), {}});
    table.push_back({"grpc",
                     group,
                     "HOST:PORT|off",
                     "Where gRPC clients connect",
                     codec::optional_listen(&Config::grpc),
                     {}});
    table.push_back({"grpc_tls_cert",
                     group,
                     "FILE",
                     "Certificate chain for gRPC, with --grpc-tls-key (--tls-cert)",
                     codec::text(&Config::grpc_tls_cert),
                     {}});
    table.push_back({"grpc_tls_key",
                     group,
                     "FILE",
                     "Private key for gRPC (--tls-key)",
                     codec::text(&Config::grpc_tls_key),
                     {}});
    table.push_back({"grpc_client_ca",
                     group,
                     "FILE",
                     "gRPC clients must have a certificate signed by these",
                     codec::text(&Config::grpc_client_ca),
                     {}});
    table.push_back({"public_host",
                     group,
                     "NAME",
                     "The host name clients use, for generated URLs",
                     codec::text(&Config::public_host),
                     {"PHX_HOST"}});
    table.push_back({"cors_allowed_origins",
                     group,
                     "ORIGIN,...",
                     "Web origins that may read answers",
                     codec::origins(),
                     {"CORS_ALLOWED_ORIGINS"}});
    table.push_back({"shutdown_delay",
                     group,
                     "TIME",
                     "How long, at shutdown, everything is served while /ready says no",
                     codec::duration(&Config::shutdown_delay, 0ms, 10min),
                     {}});
    table.push_back({"shutdown_grace",
                     group,
                     "TIME",
                     "How long connections may finish at shutdown",
                     codec::duration(&Config::shutdown_grace, 0ms, 10min),
                     {}});
}

void add_storage(Table& table) {
    constexpr std::string_view group = "Storage";
    table.push_back(
        {"data_dir",
         group,
         "DIR",
         "Directory of the database and the development key ($XDG_DATA_HOME/whispr, else "
         "~/.local/share/whispr)",
         codec::text(&Config::data_dir),
         {}});
    table.push_back({"store",
                     group,
                     "STORE",
                     "sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE, or memory: "
                     "(sqlite:DATA_DIR/whispr.db)",
                     codec::store(),
                     {}});
    table.push_back({"store_replica",
                     group,
                     "URL",
                     "postgres://USER:PASSWORD@HOST:PORT/DATABASE of a standby that answers reads "
                     "as long as it keeps up; none: the store does",
                     codec::replica(),
                     {}});
    table.push_back({"lanes",
                     group,
                     "N",
                     "Transactions that write at once on PostgreSQL",
                     codec::count(&Config::lanes, 1, 64),
                     {}});
    table.push_back(
        {"redis",
         group,
         "URL",
         "redis://[USER:PASSWORD@]HOST:PORT[/DATABASE], redis+sentinel://HOST:PORT,.../MASTER or "
         "redis+cluster://HOST:PORT,..., for several nodes on one PostgreSQL; none: this node is "
         "alone",
         codec::location(&Config::redis),
         {}});
    table.push_back({"redis_sentinel_password",
                     group,
                     "TEXT",
                     "What the Sentinels ask for",
                     codec::secret(&Config::redis_sentinel_password),
                     {"REDIS_SENTINEL_PASSWORD"}});
    table.push_back({"redis_prefix",
                     group,
                     "TEXT",
                     "The beginning of the names of these nodes' channels and keys",
                     codec::text(&Config::redis_prefix),
                     {}});
    table.push_back(
        {"redis_sharded",
         group,
         "",
         "Keep what nodes tell each other on one shard of a Redis Cluster (SPUBLISH, Redis 7)",
         codec::on_off(&Config::redis_sharded),
         {}});
}

void add_identity(Table& table) {
    constexpr std::string_view group = "Identity";
    table.push_back({"jwks",
                     group,
                     "FILE|URL",
                     "Keys that tokens are checked with",
                     codec::location(&Config::jwks),
                     {"JWT_JWKS_URL"}});
    table.push_back({"jwt_issuer",
                     group,
                     "TEXT",
                     "Issuer a token must name if it names one; empty: any",
                     codec::text(&Config::jwt_issuer),
                     {"JWT_ISSUER"}});
    table.push_back({"jwt_audience",
                     group,
                     "TEXT",
                     "Audience a token must name if it names one; empty: any",
                     codec::text(&Config::jwt_audience),
                     {"JWT_AUDIENCE"}});
    table.push_back({"jwt_refresh",
                     group,
                     "TIME",
                     "How often the keys are read again",
                     codec::duration(&Config::jwt_refresh, 1s, 24h * 365),
                     {"JWT_JWKS_REFRESH_MS"}});
    table.push_back({"dev",
                     group,
                     "",
                     "Development mode: own keys, anyone signs in as anyone; loopback only",
                     codec::on_off(&Config::dev),
                     {}});
    table.push_back({"trusted_proxies",
                     group,
                     "NETWORK,...",
                     "Proxies whose x-user-id header is believed",
                     codec::networks(),
                     {}});
    table.push_back({"admin_user_ids",
                     group,
                     "UUID,...",
                     "Users who are administrators",
                     codec::users(),
                     {"ADMIN_USER_IDS"}});
}

void add_neighbours(Table& table) {
    constexpr std::string_view group = "Neighbours";
    table.push_back(
        {"user_service_url",
         group,
         "URL",
         "user-service, for roles, and for blocks and privacy with --internal-api-token",
         codec::service_url(&Config::user_service_url),
         {"USER_SERVICE_HTTP_URL"}});
    table.push_back({"internal_api_token",
                     group,
                     "SECRET",
                     "What services prove themselves with; better given by the environment",
                     codec::secret(&Config::internal_api_token),
                     {"INTERNAL_API_TOKEN"}});
}

void add_sizes(Table& table) {
    constexpr std::string_view group = "Limits of one request or connection";
    table.push_back({"max_message_size",
                     group,
                     "BYTES",
                     "Content of a message",
                     codec::size(&Config::max_message_size, 1, 16 * mib),
                     {"MAX_MESSAGE_SIZE"}});
    table.push_back({"max_body_size",
                     group,
                     "BYTES",
                     "Body of a request",
                     codec::size(&Config::max_body_size, kib, gib),
                     {}});
    table.push_back({"max_header_size",
                     group,
                     "BYTES",
                     "Head of a request",
                     codec::size(&Config::max_header_size, kib, mib),
                     {}});
    table.push_back({"max_frame_size",
                     group,
                     "BYTES",
                     "WebSocket message from a client",
                     codec::size(&Config::max_frame_size, kib, 64 * mib),
                     {}});
    table.push_back({"max_outbox_size",
                     group,
                     "BYTES",
                     "What may wait for a slow client before it is closed",
                     codec::size(&Config::max_outbox_size, 64 * kib, gib),
                     {}});
    table.push_back({"max_topics",
                     group,
                     "N",
                     "Joined topics of a socket",
                     codec::count(&Config::max_topics, 1, 100'000),
                     {}});
    table.push_back({"max_pushes_in_flight",
                     group,
                     "N",
                     "Unanswered pushes of a socket before it is not read further",
                     codec::count(&Config::max_pushes_in_flight, 1, 100'000),
                     {}});
    table.push_back({"idle_timeout",
                     group,
                     "TIME",
                     "Silence after which a socket is closed",
                     codec::duration(&Config::idle_timeout, 1s, 1h),
                     {}});
    table.push_back({"handshake_timeout",
                     group,
                     "TIME",
                     "For the TLS handshake and the head of a request",
                     codec::duration(&Config::handshake_timeout, 100ms, 10min),
                     {}});
    table.push_back({"request_timeout",
                     group,
                     "TIME",
                     "For the body of a request",
                     codec::duration(&Config::request_timeout, 100ms, 1h),
                     {}});
}

void add_rates(Table& table) {
    constexpr std::string_view group = "Limits of users and of the process (0: none)";
    table.push_back({"max_connections",
                     group,
                     "N",
                     "Open connections",
                     codec::count(&Config::max_connections, 0, unbounded),
                     {}});
    table.push_back({"max_sockets_per_user",
                     group,
                     "N",
                     "Open sockets of a user",
                     codec::count(&Config::max_sockets_per_user, 0, unbounded),
                     {}});
    table.push_back({"handshakes_per_second",
                     group,
                     "N",
                     "New sockets from one address, per second",
                     codec::count(&Config::handshakes_per_second, 0, unbounded),
                     {}});
    table.push_back({"requests_per_minute",
                     group,
                     "N",
                     "Requests of a user, per minute",
                     codec::count(&Config::requests_per_minute, 0, unbounded),
                     {}});
    table.push_back({"messages_per_minute",
                     group,
                     "N",
                     "Messages of a user, per minute",
                     codec::count(&Config::messages_per_minute, 0, unbounded),
                     {}});
    table.push_back({"schedule_lead",
                     group,
                     "TIME",
                     "How far ahead a message is scheduled at least",
                     codec::duration(&Config::schedule_lead, 0ms, 24h),
                     {}});
    table.push_back({"joins_per_second",
                     group,
                     "N",
                     "Topic joins of all sockets, per second",
                     codec::count(&Config::joins_per_second, 0, unbounded),
                     {}});
}

void add_operation(Table& table) {
    constexpr std::string_view group = "Operation";
    table.push_back({"io_threads",
                     group,
                     "N",
                     "Network threads; 0: one per processor",
                     codec::count(&Config::io_threads, 0, 256),
                     {}});
    table.push_back({"reader_threads",
                     group,
                     "N",
                     "Threads for reads of the store; 0: one per processor, on PostgreSQL 8",
                     codec::count(&Config::reader_threads, 0, 256),
                     {}});
    table.push_back({"strict_presence",
                     group,
                     "",
                     "Presence diffs name every session that left, as phoenix.js wants it",
                     codec::on_off(&Config::strict_presence),
                     {}});
    table.push_back(
        {"log_level", group, "LEVEL", "debug, info, warn, error or off", codec::log_level(), {}});
    table.push_back({"log_format", group, "FORMAT", "text or json", codec::log_format(), {}});
}

}  // namespace

std::string Setting::flag() const {
    std::string result = "--" + std::string(key);
    std::replace(result.begin(), result.end(), '_', '-');
    return result;
}

std::string Setting::variable() const {
    std::string result = "WHISPR_" + std::string(key);
    std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return result;
}

std::span<const Setting> settings() {
    static const Table table = [] {
        Table made;
        add_serving(made);
        add_storage(made);
        add_files(made);
        add_identity(made);
        add_neighbours(made);
        add_sizes(made);
        add_rates(made);
        add_operation(made);
        return made;
    }();
    return table;
}

}  // namespace edge
