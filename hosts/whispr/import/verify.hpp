// Compares what both sides would answer, conversation by conversation: order, ids, contents (by
// their SHA-256), who is a member and in which role, what each of them has not read, and everything
// else that is imported.
#pragma once

#include <ostream>

#include "import/source.hpp"
#include "whispr/ports/storage.hpp"
#include "whispr/time.hpp"

namespace whispr_cli {

/// Lists differences on `out`, with ids and without contents. 0: there are none; 1: there are. Both
/// sides answer as of `now`. Fails as the source and storage do.
[[nodiscard]] whispr::Result<int> verify(Source& source, whispr::Storage& target, whispr::Time now,
                                         std::ostream& out);

}  // namespace whispr_cli
