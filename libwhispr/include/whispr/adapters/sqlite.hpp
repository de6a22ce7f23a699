// Storage in one SQLite file, which this process owns while it is open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "whispr/ports/clock.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

struct SqliteOptions {
    /// The database file; created (mode 0600) with its tables when missing. Its folder must exist.
    std::string path{};
    /// Flush to the disk before a commit is answered. Without it a power cut loses the last
    /// commits.
    bool synchronous_full = true;
    /// Page cache of the lane's and of each reader's connection, in KiB.
    std::uint32_t cache_kib = 16 * 1024;
    /// The SQLite VFS to use; empty: the default one. For tests that make a disk fail.
    std::string vfs{};
};

/// Opens the file, takes its lock, and brings its tables up to date. Fails with unavailable (in use
/// by another process, not readable, disk full, read only), or internal (not a database of ours,
/// damaged, or written by a newer version): the text names the file and the reason. Time of batches
/// is from `clock`.
[[nodiscard]] Result<std::shared_ptr<Storage>> open_sqlite_storage(SqliteOptions options,
                                                                   std::shared_ptr<Clock> clock);

}  // namespace whispr
