#include "import/source_cursor.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <limits>

namespace whispr_cli {

namespace {

/// PostgreSQL counts from the year 2000.
constexpr std::int64_t year_2000_us = 946'684'800'000'000;

}  // namespace

bool SourceRow::null(int column) const {
    return PQgetisnull(answer_, row_, column) != 0;
}

std::int64_t SourceRow::number(int column) const {
    const std::string_view bytes = text(column);
    if (bytes.empty()) return 0;
    // Network order, in two's complement: the first byte has the sign. A boolean is never negative.
    auto value = static_cast<std::uint64_t>(std::int64_t{static_cast<signed char>(bytes.front())});
    for (const char byte : bytes.substr(1))
        value = value << 8 | static_cast<std::uint8_t>(byte);
    return static_cast<std::int64_t>(value);
}

std::string_view SourceRow::text(int column) const {
    return {PQgetvalue(answer_, row_, column),
            static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
}

whispr::Uuid SourceRow::uuid(int column) const {
    whispr::Uuid id;
    const std::string_view bytes = text(column);
    std::copy_n(bytes.begin(), std::min(bytes.size(), id.bytes.size()), id.bytes.begin());
    return id;
}

whispr::Time SourceRow::time(int column) const {
    const std::int64_t since_2000 = number(column);
    // 'infinity' is the largest number there.
    if (since_2000 > std::numeric_limits<std::int64_t>::max() - year_2000_us)
        return whispr::Time::max();
    return whispr::Time{whispr::Time::duration{since_2000 + year_2000_us}};
}

SourceCursor::SourceCursor(Source& source, std::string name, const std::string& sql,
                           int rows_at_once)
    : source_(source), name_(std::move(name)), rows_at_once_(rows_at_once) {
    if (source_.ask("DECLARE " + name_ + " BINARY NO SCROLL CURSOR FOR " + sql)) fetch();
}

SourceCursor::~SourceCursor() {
    (void)source_.ask("CLOSE " + name_);
}

void SourceCursor::next() {
    if (++at_ == PQntuples(answer_.get())) fetch();
}

void SourceCursor::fetch() {
    at_ = 0;
    answer_.reset();
    answer_ = source_.ask("FETCH " + std::to_string(rows_at_once_) + " FROM " + name_);
    if (answer_ && PQntuples(answer_.get()) == 0) answer_.reset();
}

}  // namespace whispr_cli
