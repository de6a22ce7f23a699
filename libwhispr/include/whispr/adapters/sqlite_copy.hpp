// A SQLite file that a whole store is copied from or into.
#pragma once

#include <memory>

#include "whispr/adapters/sqlite.hpp"
#include "whispr/adapters/store_copy.hpp"

namespace whispr {

/// Takes the file's lock, as open_sqlite_storage does, and opens one that is not finished, too. A
/// source has to be there: it is not made. Fails as open_sqlite_storage.
[[nodiscard]] Result<CopySide> open_sqlite_copy(SqliteOptions options, CopyRole role,
                                                std::shared_ptr<Clock> clock);

}  // namespace whispr
