// Numbers that tell the presences of connections apart.
#pragma once

#include <cstdint>

namespace whisprd {

// Never given before. They differ between processes, too, so that a client never takes a session of
// the restarted server for one it knows. Any thread.
[[nodiscard]] std::uint64_t next_presence_session();

}  // namespace whisprd
