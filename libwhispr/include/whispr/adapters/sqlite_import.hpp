// A SQLite file that another service's database is imported into.
#pragma once

#include <memory>

#include "whispr/adapters/sqlite.hpp"
#include "whispr/ports/import_log.hpp"

namespace whispr {

struct ImportTarget {
    std::shared_ptr<Storage> storage{};
    std::shared_ptr<ImportLog> log{};
};

/// As open_sqlite_storage, which refuses a file whose import is not finished; this one opens it.
[[nodiscard]] Result<ImportTarget> open_sqlite_import(SqliteOptions options,
                                                      std::shared_ptr<Clock> clock);

}  // namespace whispr
