// The rows of a table, page by page in the order of its key.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "connection.hpp"
#include "sql_tables.hpp"

namespace whispr::sql {

/// A value that is kept. Its memory is used again.
struct Cell {
    Value::Kind kind = Value::Kind::null;
    std::int64_t number = 0;
    std::string data;

    [[nodiscard]] Value value() const noexcept {
        if (kind == Value::Kind::null) return std::optional<std::int64_t>();
        return kind == Value::Kind::number ? Value(number) : Value(data);
    }
    friend bool operator==(const Cell& a, const Cell& b) noexcept {
        return a.kind == b.kind && (a.kind != Value::Kind::number || a.number == b.number) &&
               (a.kind != Value::Kind::data || a.data == b.data);
    }
};

using Cells = std::span<const Cell>;

/// The order in which both databases keep rows: keys are numbers, and bytes or texts by their
/// bytes.
[[nodiscard]] std::strong_ordering compare_keys(const CopiedTable& table, Cells a,
                                                Cells b) noexcept;

/// A row's key for people: "no 3, mseq 7". Without texts, which are somebody's words.
[[nodiscard]] std::string describe_key(const CopiedTable& table, Cells row);

class TablePages {
 public:
    TablePages(Connection& connection, const CopiedTable& table, std::size_t page_rows)
        : connection_(connection), table_(table), page_rows_(page_rows) {}

    /// Goes on behind the last row that this connection's table has, if it has one. Requires: no
    /// page was read yet.
    [[nodiscard]] Result<bool> begin_behind_the_end_of(Connection& other);
    /// Reads the next page; it has no rows when there are no more.
    [[nodiscard]] Result<void> next();

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] Cells row(std::size_t index) const noexcept {
        return Cells(cells_).subspan(index * table_.columns.size(), table_.columns.size());
    }
    /// The key behind which the page begins; empty at the beginning of the table.
    [[nodiscard]] Cells behind() const noexcept { return behind_; }
    /// All values of the page, which must stay as it is while they are used.
    void add_to(KeyRows& keys) const;

 private:
    Connection& connection_;
    const CopiedTable& table_;
    const std::size_t page_rows_;
    std::vector<Cell> cells_;
    std::size_t rows_ = 0;
    std::vector<Cell> behind_;
    KeyRows keys_;
};

}  // namespace whispr::sql
