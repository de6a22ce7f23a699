#include <algorithm>

#include "config_settings.hpp"

namespace edge {

namespace {

// "listen (from --listen)", for sentences.
std::string named(std::string_view key, const GivenValues& given) {
    const auto found = given.find(key);
    return std::string(key) + " (" +
           (found == given.end() ? "default" : "from " + found->second.source) + ")";
}

void check_identity(const Config& config, const GivenValues& given,
                    std::vector<std::string>& conflicts) {
    if (!config.dev && config.jwks.empty()) {
        conflicts.push_back(
            "no keys to check tokens with: give --jwks FILE or URL, or --dev for development on "
            "this machine");
    }
    if (!config.dev) return;
    const std::string dev = named("dev", given);
    if (!config.jwks.empty()) {
        conflicts.push_back(dev + " makes its own keys and excludes " + named("jwks", given));
    }
    if (!config.trusted_proxies.empty()) {
        conflicts.push_back(dev + " is refused behind a proxy and excludes " +
                            named("trusted_proxies", given));
    }
    if (!config.listen.is_loopback()) {
        conflicts.push_back(dev + " is for this machine only: " + named("listen", given) + " is " +
                            config.listen.text() +
                            ", expected a loopback address such as 127.0.0.1:4000");
    }
    if (config.grpc && !config.grpc->is_loopback()) {
        conflicts.push_back(dev + " is for this machine only: " + named("grpc", given) + " is " +
                            config.grpc->text() + ", expected a loopback address or off");
    }
    if (config.admin_listen && !config.admin_listen->is_loopback()) {
        conflicts.push_back(dev + " is for this machine only: " + named("admin_listen", given) +
                            " is " + config.admin_listen->text() +
                            ", expected a loopback address or off");
    }
}

void check_grpc(const Config& config, const GivenValues& given,
                std::vector<std::string>& conflicts) {
    if (config.grpc_tls_cert.empty() != config.grpc_tls_key.empty()) {
        conflicts.push_back(named("grpc_tls_cert", given) + " and " + named("grpc_tls_key", given) +
                            " must be given together");
    }
    if (!config.grpc_client_ca.empty() && config.grpc_tls_cert.empty() && config.tls_cert.empty()) {
        conflicts.push_back(named("grpc_client_ca", given) +
                            " needs a certificate of the server: --grpc-tls-cert or --tls-cert");
    }
    if (!config.grpc || config.grpc->port == 0) return;
    if (*config.grpc == config.listen) {
        conflicts.push_back(named("listen", given) + " and " + named("grpc", given) +
                            " are the same address");
    }
    if (config.admin_listen && *config.grpc == *config.admin_listen) {
        conflicts.push_back(named("admin_listen", given) + " and " + named("grpc", given) +
                            " are the same address");
    }
}

void check_limits(const Config& config, const GivenValues& given,
                  std::vector<std::string>& conflicts) {
    if (config.max_frame_size < config.max_message_size) {
        conflicts.push_back(named("max_frame_size", given) + " is smaller than " +
                            named("max_message_size", given));
    }
    if (config.max_body_size < config.max_message_size) {
        conflicts.push_back(named("max_body_size", given) + " is smaller than " +
                            named("max_message_size", given));
    }
}

// A key that somebody could try out is none.
constexpr std::size_t shortest_link_key = 32;

void check_files(const Config& config, const GivenValues& given,
                 std::vector<std::string>& conflicts) {
    constexpr std::string_view s3 = "s3://";
    const bool in_s3 = config.attachments.starts_with(s3);
    if (in_s3 && config.attachments.size() == s3.size())
        conflicts.push_back(named("attachments", given) + " names no bucket");
    if (in_s3 && (config.s3_access_key.empty() || config.s3_secret_key.empty())) {
        conflicts.push_back(named("attachments", given) +
                            " is in S3 and needs s3_access_key and "
                            "s3_secret_key");
    }
    if (config.attachment_redirect && !in_s3) {
        conflicts.push_back(named("attachment_redirect", given) + " needs attachments in S3, not " +
                            named("attachments", given));
    }
    std::string_view keys = config.link_keys;
    while (!keys.empty()) {
        const auto end = std::min(keys.find(','), keys.size());
        if (end < shortest_link_key) {
            conflicts.push_back(named("link_keys", given) + " has a key of less than " +
                                std::to_string(shortest_link_key) + " characters");
            break;
        }
        keys.remove_prefix(std::min(end + 1, keys.size()));
    }
    if (config.attachment_quota < config.max_attachment_size) {
        conflicts.push_back(named("attachment_quota", given) + " is smaller than " +
                            named("max_attachment_size", given));
    }
}

}  // namespace

std::vector<std::string> find_conflicts(const Config& config, const GivenValues& given) {
    std::vector<std::string> conflicts;
    if (config.tls_cert.empty() != config.tls_key.empty()) {
        conflicts.push_back(named("tls_cert", given) + " and " + named("tls_key", given) +
                            " must be given together");
    }
    if (config.admin_listen && config.listen.port != 0 && *config.admin_listen == config.listen) {
        conflicts.push_back(named("listen", given) + " and " + named("admin_listen", given) +
                            " are the same address");
    }
    if (!config.store_replica.empty() && config.store.kind != StoreChoice::Kind::postgres) {
        conflicts.push_back(named("store_replica", given) + " needs a store in PostgreSQL: " +
                            named("store", given) + " is another one");
    }
    check_identity(config, given, conflicts);
    check_grpc(config, given, conflicts);
    check_limits(config, given, conflicts);
    check_files(config, given, conflicts);
    return conflicts;
}

}  // namespace edge
