// Values in PostgreSQL's binary form: key sets as arrays, and the columns of an answer.
#pragma once

#include <string>
#include <vector>

#include "sql/connection.hpp"
#include "sql/dialect.hpp"

struct pg_result;

namespace whispr::postgres {

/// One array for each column of a key set, in the form that the wire takes. Keeps its memory.
class KeyArrays {
 public:
    /// Requires: rows of as many values as there are types, and at least one.
    void fill(const sql::KeyRows& keys, const std::vector<sql::KeyType>& types);

    [[nodiscard]] int count() const noexcept { return static_cast<int>(data_.size()); }
    [[nodiscard]] const char* const* data() const noexcept { return data_.data(); }
    [[nodiscard]] const int* sizes() const noexcept { return sizes_.data(); }
    [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
    std::vector<std::string> arrays_;
    std::vector<const char*> data_;
    std::vector<int> sizes_;
    std::vector<int> formats_;
};

/// A row of a binary answer.
class BinaryRow final : public sql::Row {
 public:
    BinaryRow(const pg_result* answer, int row) noexcept : answer_(answer), row_(row) {}

    [[nodiscard]] bool null(int column) const override;
    [[nodiscard]] std::int64_t number(int column) const override;
    [[nodiscard]] std::string_view data(int column) const override;

 private:
    const pg_result* const answer_;
    const int row_;
};

}  // namespace whispr::postgres
