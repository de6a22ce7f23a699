// Where requests and handshakes of clients arrive: sockets on one side, REST on the other.
#pragma once

#include "net/server.hpp"
#include "rest/router.hpp"
#include "service.hpp"

namespace whisprd {

class Front final : public net::ServerHandler {
 public:
    // Requires: `service` outlives it.
    explicit Front(Service& service);

    void on_request(net::HttpRequest request, net::HttpResponder responder) override;
    bool takes_stream(const net::HttpRequest& head) const override;
    std::unique_ptr<net::BodySink> on_stream(net::HttpRequest head, net::BodyControl control,
                                             net::HttpResponder responder) override;
    void on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) override;
    net::HttpResponse on_http_error(unsigned status, std::string_view reason) override;

 private:
    Service& service_;
    rest::Router router_;
};

}  // namespace whisprd
