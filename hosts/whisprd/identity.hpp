// How whisprd knows who asks: keys from a JWKS file or URL, kept fresh, or those of development
// mode.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "edge/authenticator.hpp"
#include "edge/config.hpp"
#include "edge/dev_keys.hpp"
#include "edge/jwks.hpp"
#include "edge/jwks_refresher.hpp"
#include "edge/log.hpp"
#include "edge/metrics.hpp"

namespace whisprd {

class IdentitySource {
 public:
    // Requires: `log` outlives it.
    IdentitySource(const edge::Config& config, edge::Log& log);

    // Loads what a file holds and starts to refresh; a URL is fetched in the background. An error
    // in words when there can be no keys.
    [[nodiscard]] std::optional<std::string> start(const edge::Config& config);

    [[nodiscard]] edge::Authenticator& authenticator() { return *authenticator_; }
    // Null outside of development mode.
    [[nodiscard]] const edge::DevKeys* dev_keys() const {
        return dev_keys_ ? &*dev_keys_ : nullptr;
    }

    void sample(edge::Metrics& metrics) const;

 private:
    edge::Log& log_;
    edge::KeyStore keys_;
    std::optional<edge::DevKeys> dev_keys_;
    std::unique_ptr<edge::KeyRefresher> refresher_;
    std::unique_ptr<edge::Authenticator> authenticator_;
};

}  // namespace whisprd
