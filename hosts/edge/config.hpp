// Everything `whisprd serve` can be told, with its defaults. Names are those of the flags
// (--max-frame-size), of the environment (WHISPR_MAX_FRAME_SIZE) and of the file (max_frame_size);
// config_settings.cpp holds the table.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log.hpp"

namespace edge {

// An address to listen on; the host is an IP address without brackets.
struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;

    // Whether only this machine can reach it.
    [[nodiscard]] bool is_loopback() const;
    // host:port, an IPv6 host in brackets.
    [[nodiscard]] std::string text() const;
    bool operator==(const ListenAddress&) const = default;
};

struct StoreChoice {
    enum class Kind : std::uint8_t { sqlite, memory, postgres };
    Kind kind = Kind::sqlite;
    std::string path;  // of the SQLite file, or PostgreSQL's URL

    [[nodiscard]] std::string text() const;
    bool operator==(const StoreChoice&) const = default;
};

struct Config {
    // Serving
    ListenAddress listen{"127.0.0.1", 4000};
    std::optional<ListenAddress> admin_listen =
        ListenAddress{"127.0.0.1", 4001};  // none: no metrics
    std::string tls_cert;                  // both or neither
    std::string tls_key;
    std::string public_host = "localhost";  // the name clients use, for generated URLs
    std::vector<std::string> cors_allowed_origins{"*"};
    std::chrono::milliseconds shutdown_delay{0};  // not ready, but still serving
    std::chrono::milliseconds shutdown_grace{10'000};

    // Storage
    std::string data_dir;  // parse_config() always sets it
    StoreChoice store;
    std::size_t lanes = 8;                // of PostgreSQL
    std::string redis;                    // URL; empty: there is none
    std::string redis_sentinel_password;  // secret
    std::string redis_prefix = "whispr";
    bool redis_sharded = false;

    // Files
    std::string attachments;         // directory, s3://BUCKET/PREFIX or off
    std::string attachments_spool;   // where uploads wait that go to S3
    std::string s3_endpoint;         // URL; empty: AWS's own of the region
    std::string s3_public_endpoint;  // URL, as clients reach it; empty: s3_endpoint
    std::string s3_region = "us-east-1";
    std::string s3_access_key;
    std::string s3_secret_key;  // secret
    std::size_t max_attachment_size = 104'857'600;
    std::size_t attachment_quota = 1'073'741'824;  // bytes of a user
    std::size_t max_uploads_per_user = 8;          // at once
    std::size_t attachment_threads = 4;
    std::chrono::milliseconds upload_lifetime{86'400'000};
    std::chrono::milliseconds attachment_grace{3'600'000};  // for bytes that nobody refers to
    std::chrono::milliseconds link_lifetime{3'600'000};
    std::string link_keys;  // secret: texts between commas
    bool attachment_redirect = false;
    std::string thumbnailer;  // program; empty: beside this one; off

    // Identity
    std::string jwks;  // file or URL; empty only with dev
    std::string jwt_issuer = "whispr-auth";
    std::string jwt_audience = "whispr";
    std::chrono::milliseconds jwt_refresh{3'600'000};
    bool dev = false;
    std::vector<std::string> trusted_proxies;  // networks that TrustedProxies::parse() accepts
    std::vector<std::string> admin_user_ids;   // canonical UUIDs

    // Neighbours
    std::string user_service_url;    // empty: nothing is asked of it
    std::string internal_api_token;  // secret; empty: no service may call internal routes

    // Threads
    std::size_t io_threads = 0;  // 0: one per processor
    std::size_t reader_threads = 0;

    // Limits of one request or connection
    std::size_t max_message_size = 65'536;
    std::size_t max_body_size = 8'000'000;
    std::size_t max_header_size = 16 * 1024;
    std::size_t max_frame_size = 1024 * 1024;
    std::size_t max_outbox_size = 4 * 1024 * 1024;
    std::size_t max_topics = 5'100;  // per socket: every conversation a user may have, and some
    std::size_t max_pushes_in_flight = 256;
    std::chrono::milliseconds idle_timeout{45'000};
    std::chrono::milliseconds handshake_timeout{10'000};  // TLS and request head
    std::chrono::milliseconds request_timeout{30'000};    // the request's body

    // Limits of a user, an address, the process; 0 is no limit
    std::size_t max_connections = 100'000;
    std::size_t max_sockets_per_user = 100;
    std::size_t handshakes_per_second = 200;  // per address
    std::size_t requests_per_minute = 6'000;  // per user
    std::size_t messages_per_minute = 100;    // per user
    std::size_t joins_per_second = 2'000;     // of the process

    // Scheduled messages
    std::chrono::milliseconds schedule_lead{60'000};

    // Behaviour
    // Presence diffs name every session that left; otherwise only users without any session left,
    // for a client that takes one leaving session for the user.
    bool strict_presence = false;

    // Log
    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::text;

    // What was given and is not used, in words; to be logged at start-up.
    std::vector<std::string> warnings;
};

}  // namespace edge
