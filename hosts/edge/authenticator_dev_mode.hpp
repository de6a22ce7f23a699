// What development mode refuses. There anyone may sign in as anyone, so only a person at this
// machine may reach it: not through a proxy, and not through a browser page of a foreign site whose
// name was pointed at a loopback address.
#pragma once

#include <string_view>

namespace edge {

// Whether a header of this name says that the request came through a proxy: Forwarded,
// X-Forwarded-*, X-Real-IP, Via, in any letter case. Any thread.
[[nodiscard]] bool says_forwarded(std::string_view header_name);

// Whether `host`, the value of a Host header, names this machine: localhost, *.localhost,
// 127.0.0.0/8 or [::1], with or without a port. Any thread.
[[nodiscard]] bool names_loopback(std::string_view host);

}  // namespace edge
