// What SQLite is asked to run on connections that are opened while a watch exists: how many
// statements, and which. It hooks SQLite's own list of extensions, so whoever opens the connection
// need not know.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// A statement as it was prepared, and the same with its parameters filled in.
struct SeenStatement {
    std::string sql;
    std::string filled_in;
};

/// One at a time; must outlive the connections it watches.
class SqlWatch {
 public:
    SqlWatch();
    ~SqlWatch();
    SqlWatch(const SqlWatch&) = delete;
    SqlWatch& operator=(const SqlWatch&) = delete;

    /// Statements begun since the last clear, on any thread; those that triggers run are left out.
    [[nodiscard]] std::uint64_t count() const noexcept;
    void clear();
    /// From now on they are kept, or not.
    void keep(bool keep);
    [[nodiscard]] std::vector<SeenStatement> seen() const;
};

}  // namespace bench
