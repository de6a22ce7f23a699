// The tables of the service that is imported, as far as they are read: what its database must have.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace whispr_cli {

struct ServiceTable {
    std::string_view name;
    /// "column kind, column kind", where a kind is uuid, text, bytes, number, bool, time or json.
    std::string_view columns;
};

[[nodiscard]] std::span<const ServiceTable> service_tables() noexcept;

/// Asks for the names and types of a table's columns.
[[nodiscard]] std::string columns_query(const ServiceTable& table);

/// What is missing or of another type, a line each ("\n  messages.content is text"); empty when
/// nothing is. `found` is from column to type.
[[nodiscard]] std::string compare_columns(
    const ServiceTable& table, const std::map<std::string, std::string, std::less<>>& found);

}  // namespace whispr_cli
