// Copies a whole store, row by row, into a store on another database, and compares the two. For
// moving between SQLite and PostgreSQL: open the sides with sqlite_copy.hpp and postgres_copy.hpp.
// The history stays the same one, so clients need not load it again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/result.hpp"

namespace whispr {

namespace sql {
class Connection;
}

enum class CopyRole : std::uint8_t { source, target };

/// A store while it is copied from or into. One thread at a time.
struct CopySide {
    std::string name{};  ///< for people: which database, never a password
    std::shared_ptr<sql::Connection> connection{};
};

struct StorePair {
    CopySide source{};
    CopySide target{};
};

enum class CopyState : std::uint8_t {
    none,      ///< the target is empty
    begun,     ///< it holds a part of this source; only a copy may use it
    finished,  ///< it held all of this source when that was done
};

struct CopyProgress {
    std::string_view table{};
    std::uint64_t rows{};  ///< written by this call, in all tables
};

struct CopyOptions {
    /// Rows of one transaction of the target. At least 1.
    std::size_t batch_rows = 4'000;
    /// Told after every transaction. May be empty.
    std::function<void(const CopyProgress&)> tell{};
};

/// The rows of one table in the order of its key, as one number that does not depend on the
/// database: FNV-1a of 64 bits.
struct TableDigest {
    std::uint64_t rows{};
    std::uint64_t digest{};

    friend bool operator==(const TableDigest&, const TableDigest&) = default;
};

struct TableComparison {
    std::string_view table{};
    TableDigest source{};
    TableDigest target{};
    /// How many rows differ or are on one side alone, and the first of them by key, without
    /// contents. Their bytes were compared, not the digests alone.
    std::uint64_t different{};
    std::vector<std::string> first{};
};

/// Blocks, as all of these do. Fails with already_exists (the target holds something else, or
/// another source's rows), unavailable (the source is itself not complete), or as storage does.
[[nodiscard]] Result<CopyState> copy_state(const StorePair& stores);

/// Copies what is not there yet, and marks the target so that no engine opens it. After a crash, or
/// a failure, the next call goes on. The source is read in one transaction; what changes it between
/// two calls is found by compare_stores. Fails as copy_state, or as storage does. Requires: the
/// state is not finished.
[[nodiscard]] Result<void> copy_store(const StorePair& stores, const CopyOptions& options);

/// All tables that are copied, each with what differs. Reads both sides once.
[[nodiscard]] Result<std::vector<TableComparison>> compare_stores(const StorePair& stores);

/// From now on the target is a store like any other, and on the disk. Requires: copied, and
/// compared without differences.
[[nodiscard]] Result<void> finish_copy(const StorePair& stores);

}  // namespace whispr
