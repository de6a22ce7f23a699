// Uploads that go on after a break: the tus protocol 1.0 with the extensions creation,
// creation-with-upload, termination, checksum and expiration.
#pragma once

#include <string_view>

#include "rest/call.hpp"

namespace whisprd::rest {

inline constexpr std::string_view uploads_path = "/attachments/uploads";

// What this server can, for OPTIONS.
void describe_uploads(Call& call);

}  // namespace whisprd::rest
