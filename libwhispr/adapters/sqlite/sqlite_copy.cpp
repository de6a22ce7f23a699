#include "whispr/adapters/sqlite_copy.hpp"

#include <filesystem>

#include "sqlite_file.hpp"

namespace whispr {

namespace {

bool has_content(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return !error && size > 0;
}

}  // namespace

Result<CopySide> open_sqlite_copy(SqliteOptions options, CopyRole role,
                                  std::shared_ptr<Clock> clock) {
    CopySide side;
    side.name = options.path;
    const bool reads = role == CopyRole::source;
    if (reads && !has_content(options.path)) {
        return Error{Errc::unavailable, "there is no database " + options.path, {}};
    }
    const auto file = sqlite::SqliteFile::open(std::move(options), std::move(clock));
    if (!file) return file.error();
    // The connection keeps the file open, and with it its lock.
    auto connection = reads ? (*file)->open_reader() : (*file)->open_lane();
    if (!connection) return connection.error();
    side.connection = *std::move(connection);
    return side;
}

}  // namespace whispr
