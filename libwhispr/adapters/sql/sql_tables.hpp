// Every table of schema/migrations, once: those whose rows make up a store, with the statements
// that read them in the order of their keys and write them into another database, and those that
// are left out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"
#include "dialect.hpp"

namespace whispr::sql {

struct TableColumn {
    std::string_view name;
    KeyType type;
};

/// A table that is copied row by row. Columns are in this order in every statement.
struct CopiedTable {
    std::string_view name;
    /// Whether `no` and `mseq`, the first two columns, are one integer on SQLite.
    bool by_message = false;
    std::vector<TableColumn> columns;
    /// So many of the columns, from the first on, are the key.
    std::size_t key_columns = 0;

    Statement read_first;   ///< `max_rows` rows from the beginning, by key
    Statement read_beyond;  ///< the same, of those behind a key
    Statement read_last;    ///< the `max_rows` last keys, the last one first
    Statement insert;
};

/// Rows before those that refer to them. Kept for ever.
[[nodiscard]] std::span<const CopiedTable> copied_tables();

struct TableLeftOut {
    std::string_view name;
    std::string_view why;
};

[[nodiscard]] std::span<const TableLeftOut> tables_left_out() noexcept;

/// The column of copied tables that is not copied: a number that the database itself gives to the
/// transaction that wrote the row. `store.numbering`, which is left out as well, tells clients.
inline constexpr std::string_view column_left_out = "changed";

[[nodiscard]] std::span<const Statement* const> table_statements();

}  // namespace whispr::sql
