// A PostgreSQL that a whole store is copied from or into.
#pragma once

#include "whispr/adapters/postgres.hpp"
#include "whispr/adapters/store_copy.hpp"

namespace whispr {

/// Connects, and brings the tables up to date; a target's are made. Fails as open_postgres_storage;
/// with unavailable, too, when a source has no tables of ours, and when other programs that call
/// themselves "whispr" are connected: no server may write while a store is copied.
[[nodiscard]] Result<CopySide> open_postgres_copy(PostgresOptions options, CopyRole role);

}  // namespace whispr
