// A file in the blob store as columns, the same for attachments and uploads: blob, encrypted,
// width, height, thumbnails. The latter are one text, because they are only ever read together.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "connection.hpp"
#include "sql_rows.hpp"
#include "whispr/messages.hpp"

namespace whispr::sql {

/// Reads the five columns; nothing where there is no blob.
[[nodiscard]] std::optional<StoredFile> read_file(Columns& columns);

/// Appends the five columns to key rows. Must outlive the run of the statement.
class FileValues {
 public:
    /// Null: the bytes are elsewhere.
    void add(const StoredFile* file, KeyRows& keys);

 private:
    std::deque<std::string> texts_;
};

}  // namespace whispr::sql
