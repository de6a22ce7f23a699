// What operators ask: /metrics for Prometheus and probes, on an address of its own that is not for
// clients.
#pragma once

#include "edge/metrics.hpp"
#include "health.hpp"
#include "net/server.hpp"

namespace whisprd {

class Admin final : public net::ServerHandler {
 public:
    // Requires: both outlive it.
    Admin(const edge::Metrics& metrics, const Health& health)
        : metrics_(metrics), health_(health) {}

    void on_request(net::HttpRequest request, net::HttpResponder responder) override;
    void on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) override;

 private:
    const edge::Metrics& metrics_;
    const Health& health_;
};

}  // namespace whisprd
