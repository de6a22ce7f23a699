#include "identity.hpp"

#include "edge/jwks_source.hpp"

namespace whisprd {

IdentitySource::IdentitySource(const edge::Config& config, edge::Log& log) : log_(log) {
    if (!config.jwks.empty()) {
        refresher_ = std::make_unique<edge::KeyRefresher>(edge::key_source(config.jwks),
                                                          config.jwt_refresh, keys_, log);
    }
    edge::Authenticator::Options options;
    options.rules.issuer = config.jwt_issuer;
    options.rules.audience = config.jwt_audience;
    options.trusted_proxies =
        edge::TrustedProxies::parse(config.trusted_proxies).value_or(edge::TrustedProxies());
    if (refresher_)
        options.on_unknown_key = [refresher = refresher_.get()] { refresher->unknown_key(); };
    authenticator_ = std::make_unique<edge::Authenticator>(keys_, std::move(options));
}

std::optional<std::string> IdentitySource::start(const edge::Config& config) {
    if (config.dev) {
        auto keys = edge::DevKeys::open_or_create(config.data_dir);
        if (const auto* why = std::get_if<std::string>(&keys)) return *why;
        dev_keys_ = std::get<edge::DevKeys>(std::move(keys));
        keys_.replace(dev_keys_->key_set());
        return std::nullopt;
    }
    const bool is_url = config.jwks.starts_with("http://") || config.jwks.starts_with("https://");
    // A file is there now or never; a URL may belong to a service that starts after us.
    if (!is_url && !refresher_->fetch_now())
        return "jwks: no usable key in \"" + config.jwks + "\"";
    refresher_->start();
    return std::nullopt;
}

void IdentitySource::sample(edge::Metrics& metrics) const {
    if (!refresher_) return;
    const auto* const refresher = refresher_.get();
    metrics.sampled("whispr_jwks_age_seconds", "Since the keys were fetched; negative before",
                    [refresher] { return refresher->age_seconds(); });
    metrics.sampled(
        "whispr_jwks_failures_total", "Fetches of the keys that failed",
        [refresher] { return static_cast<double>(refresher->failures()); }, true);
}

}  // namespace whisprd
