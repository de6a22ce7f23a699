#include "front.hpp"

#include "rest/dispatch.hpp"
#include "socket/upgrade.hpp"

namespace whisprd {

Front::Front(Service& service) : service_(service) {
    rest::add_routes(router_, service);
}

void Front::on_request(net::HttpRequest request, net::HttpResponder responder) {
    if (socket::is_socket_path(request.path()) && request.method() != "OPTIONS") {
        return responder.answer(socket::not_a_handshake(service_, request));
    }
    rest::dispatch(service_, router_, std::move(request), std::move(responder));
}

bool Front::takes_stream(const net::HttpRequest& head) const {
    return rest::takes_stream(router_, head);
}

std::unique_ptr<net::BodySink> Front::on_stream(net::HttpRequest head, net::BodyControl control,
                                                net::HttpResponder responder) {
    return rest::dispatch_stream(service_, router_, std::move(head), std::move(control),
                                 std::move(responder));
}

void Front::on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) {
    socket::upgrade(service_, request, std::move(responder));
}

net::HttpResponse Front::on_http_error(unsigned status, std::string_view) {
    return rest::malformed_request(status);
}

}  // namespace whisprd
