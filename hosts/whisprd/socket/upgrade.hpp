// Who may open a socket: the path, the version and the token of a handshake.
#pragma once

#include "net/http_responder.hpp"
#include "service.hpp"

namespace whisprd::socket {

// Whether sockets are opened at this path.
[[nodiscard]] bool is_socket_path(std::string_view path);

// Accepts the handshake as a session, or refuses it: 403 for a wrong token or version, 503 while no
// keys are loaded, 429 for a user with too many sockets.
void upgrade(Service& service, const net::HttpRequest& request, net::UpgradeResponder responder);

// The status that such a request gets without being a handshake.
[[nodiscard]] net::HttpResponse not_a_handshake(Service& service, const net::HttpRequest& request);

}  // namespace whisprd::socket
