// From a request to its endpoint: what holds for all routes, in one place and in order.
#pragma once

#include "net/http_responder.hpp"
#include "rest/router.hpp"
#include "service.hpp"

namespace whisprd::rest {

// One concept's routes and the prefix of their paths.
struct RouteTable {
    std::string_view prefix;
    std::span<const Route> routes;
};
// All of them, but for those of development mode.
[[nodiscard]] std::vector<RouteTable> route_tables();

// Every route there is. Those of development mode only with it.
void add_routes(Router& router, const Service& service);

// Answers the request, now or when the engine has answered. On the connection's I/O thread.
void dispatch(Service& service, const Router& router, net::HttpRequest request,
              net::HttpResponder responder);

// Whether the body of this request is to come in pieces.
[[nodiscard]] bool takes_stream(const Router& router, const net::HttpRequest& head);
// Answers such a request, or returns what takes its body.
[[nodiscard]] std::unique_ptr<net::BodySink> dispatch_stream(Service& service, const Router& router,
                                                             net::HttpRequest head,
                                                             net::BodyControl control,
                                                             net::HttpResponder responder);

// The answer to what never became a request.
[[nodiscard]] net::HttpResponse malformed_request(unsigned status);

// Development mode refuses who is not a person at this machine: what came through a proxy, or
// through a page of another site. Always true outside of it.
[[nodiscard]] bool may_reach(const Service& service, const net::HttpRequest& request);

}  // namespace whisprd::rest
