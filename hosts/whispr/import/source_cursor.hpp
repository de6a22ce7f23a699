// Rows of the source, as they come, and a cursor over as many of them as there are: only one answer
// of it is in memory at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "import/source.hpp"
#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace whispr_cli {

/// One row of an answer in binary form; valid as long as the answer.
class SourceRow {
 public:
    SourceRow(const pg_result* answer, int row) noexcept : answer_(answer), row_(row) {}

    [[nodiscard]] bool null(int column) const;
    /// An integer of any size, or a boolean. Null is 0.
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] bool boolean(int column) const { return number(column) != 0; }
    /// Text or bytes. Null is empty.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
    /// Null is the nil UUID.
    [[nodiscard]] whispr::Uuid uuid(int column) const;
    template <class Id>
    [[nodiscard]] Id id(int column) const {
        return Id{uuid(column)};
    }
    [[nodiscard]] whispr::Time time(int column) const;

    [[nodiscard]] std::optional<whispr::Time> optional_time(int column) const {
        if (null(column)) return std::nullopt;
        return time(column);
    }
    [[nodiscard]] std::optional<whispr::Uuid> optional_uuid(int column) const {
        if (null(column)) return std::nullopt;
        return uuid(column);
    }
    [[nodiscard]] std::optional<std::int64_t> optional_number(int column) const {
        if (null(column)) return std::nullopt;
        return number(column);
    }

 private:
    const pg_result* answer_;
    int row_;
};

/// Stands on the first row when it is made. One thread at a time.
class SourceCursor {
 public:
    /// Cursors that are open at the same time have different names.
    SourceCursor(Source& source, std::string name, const std::string& sql, int rows_at_once = 500);
    ~SourceCursor();
    SourceCursor(const SourceCursor&) = delete;
    SourceCursor& operator=(const SourceCursor&) = delete;

    /// Whether there is no row any more (or the source has failed).
    [[nodiscard]] bool done() const noexcept { return !answer_; }
    /// Requires: !done().
    [[nodiscard]] SourceRow row() const noexcept { return {answer_.get(), at_}; }
    void next();

 private:
    void fetch();

    Source& source_;
    const std::string name_;
    const int rows_at_once_;
    Answer answer_;
    int at_ = 0;
};

}  // namespace whispr_cli
