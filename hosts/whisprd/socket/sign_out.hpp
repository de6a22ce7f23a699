// Ending sockets whose reason to be open is gone: logout and ban, a revoked device, a token key
// that is not in force any more.
#pragma once

#include <memory>
#include <string>

#include "edge/jwks.hpp"
#include "edge/session_sink.hpp"
#include "whispr/ids.hpp"

namespace whisprd::socket {

struct SignOut {
    whispr::UserId user;
    std::string reason;     // at most 123 bytes, for the close frame
    std::string but_of{};   // sockets of this device stay open; empty: none does
    std::string only_of{};  // sockets of other devices stay open; empty: none does
};

// Ends the user's sockets with a normal close. Any thread; they end soon after, not within the
// call.
void sign_out(edge::SessionSink& sink, SignOut order);

// Ends the sockets of everybody whose token was signed with a key that `keys` lacks. Any thread.
void sign_out_without_key(edge::SessionSink& sink, std::shared_ptr<const edge::KeySet> keys);

}  // namespace whisprd::socket
