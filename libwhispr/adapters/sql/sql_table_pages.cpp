#include "sql_table_pages.hpp"

#include "whispr/ids.hpp"

namespace whispr::sql {

namespace {

bool is_number(KeyType type) noexcept {
    return type == KeyType::bigint || type == KeyType::small || type == KeyType::boolean;
}

void take(const Row& row, std::span<const TableColumn> columns, std::span<Cell> into) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int at = static_cast<int>(i);
        Cell& cell = into[i];
        if (row.null(at)) {
            cell.kind = Value::Kind::null;
        } else if (is_number(columns[i].type)) {
            cell.kind = Value::Kind::number;
            cell.number = row.number(at);
        } else {
            cell.kind = Value::Kind::data;
            cell.data = row.data(at);
        }
    }
}

std::string uuid_text(const std::string& bytes) {
    Uuid uuid;
    if (bytes.size() != sizeof uuid.bytes) return "of " + std::to_string(bytes.size()) + " bytes";
    std::copy(bytes.begin(), bytes.end(), uuid.bytes.begin());
    return uuid.to_string();
}

}  // namespace

std::strong_ordering compare_keys(const CopiedTable& table, Cells a, Cells b) noexcept {
    for (std::size_t i = 0; i < table.key_columns; ++i) {
        const std::strong_ordering order = is_number(table.columns[i].type)
                                               ? a[i].number <=> b[i].number
                                               : a[i].data <=> b[i].data;
        if (order != std::strong_ordering::equal) return order;
    }
    return std::strong_ordering::equal;
}

std::string describe_key(const CopiedTable& table, Cells row) {
    std::string text;
    for (std::size_t i = 0; i < table.key_columns; ++i) {
        const auto& [name, type] = table.columns[i];
        if (type == KeyType::text || type == KeyType::bytes) continue;
        text.append(text.empty() ? "" : ", ").append(name).append(" ");
        text += is_number(type) ? std::to_string(row[i].number) : uuid_text(row[i].data);
    }
    return text;
}

Result<bool> TablePages::begin_behind_the_end_of(Connection& other) {
    KeyRows keys;
    keys.row(1);
    const auto done = other.run(table_.read_last, keys, [&](const Row& row) {
        behind_.resize(table_.key_columns);
        take(row, std::span(table_.columns).first(table_.key_columns), behind_);
    });
    if (!done) return done.error();
    return !behind_.empty();
}

Result<void> TablePages::next() {
    if (rows_ > 0) {
        const Cells last = row(rows_ - 1).first(table_.key_columns);
        behind_.assign(last.begin(), last.end());
    }
    rows_ = 0;
    keys_.clear();
    for (const Cell& cell : behind_)
        keys_.row(cell.value());
    keys_.row(page_rows_);
    const Statement& statement = behind_.empty() ? table_.read_first : table_.read_beyond;
    const std::size_t width = table_.columns.size();
    const auto done = connection_.run(statement, keys_, [&](const Row& row) {
        if (cells_.size() < (rows_ + 1) * width) cells_.resize((rows_ + 1) * width);
        take(row, table_.columns, std::span(cells_).subspan(rows_ * width, width));
        ++rows_;
    });
    if (!done) return done.error();
    return {};
}

void TablePages::add_to(KeyRows& keys) const {
    for (const Cell& cell : Cells(cells_).first(rows_ * table_.columns.size()))
        keys.row(cell.value());
}

}  // namespace whispr::sql
