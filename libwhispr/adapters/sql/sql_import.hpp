// The record of an import, on any SQL connection.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "connection.hpp"
#include "whispr/ports/import_log.hpp"

namespace whispr::sql {

[[nodiscard]] Result<std::optional<ImportRecord>> read_import(Connection& connection);
/// Fails with unavailable when an import has begun and not ended: nobody else may use the store.
[[nodiscard]] Result<void> refuse_unfinished(Connection& connection, const std::string& database);
/// In a transaction of its own.
[[nodiscard]] Result<void> begin_import(Connection& connection, const std::string& source);
/// In a transaction of its own.
[[nodiscard]] Result<void> finish_import(Connection& connection);

[[nodiscard]] std::span<const Statement* const> import_statements() noexcept;

}  // namespace whispr::sql
