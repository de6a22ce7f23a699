// What only moderators may do: finding out whether the caller is one, which may take a look at
// another service.
#pragma once

#include <functional>

#include "rest/call.hpp"

namespace whisprd::rest {

// What goes on with the call, on its own thread. The request's body is not there any more: read it
// before.
using Then = std::function<void(CallPtr call, const whispr::Caller& caller)>;

// Goes on with a caller who is a moderator; anybody else was answered, 401 or 403.
void as_moderator(CallPtr call, Then then);

// Goes on with any caller, whose Caller::moderator says what he is. Requires: the caller is known.
void with_role(CallPtr call, Then then);

}  // namespace whisprd::rest
