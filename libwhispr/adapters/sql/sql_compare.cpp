#include <array>
#include <optional>

#include "sql_copy.hpp"
#include "sql_reader.hpp"
#include "sql_table_pages.hpp"
#include "sql_tables.hpp"
#include "whispr/adapters/store_copy.hpp"

namespace whispr {

namespace sql {

namespace {

/// Differences of one table that are named, by their keys.
constexpr std::size_t most_named = 10;

/// FNV-1a of 64 bits. A number is its eight bytes, anything else its length and its bytes, and
/// before each stands which of them it is.
class Digest {
 public:
    void add(const Cell& cell) {
        byte(static_cast<std::uint8_t>(cell.kind));
        if (cell.kind == Value::Kind::null) return;
        const bool number = cell.kind == Value::Kind::number;
        const auto wide = number ? static_cast<std::uint64_t>(cell.number) : cell.data.size();
        for (int shift = 56; shift >= 0; shift -= 8)
            byte(static_cast<std::uint8_t>(wide >> shift));
        if (number) return;
        for (const char one : cell.data)
            byte(static_cast<std::uint8_t>(one));
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

 private:
    void byte(std::uint8_t one) noexcept { value_ = (value_ ^ one) * 0x100000001B3; }

    std::uint64_t value_ = 0xCBF29CE484222325;
};

/// One side's rows, one after the other.
class Rows {
 public:
    Rows(Connection& connection, const CopiedTable& table)
        : pages_(connection, table, copied_page_rows) {}

    /// To the first row, or to the one after this one.
    Result<void> next() {
        if (++at_ < pages_.rows()) return {};
        at_ = 0;
        return pages_.next();
    }
    [[nodiscard]] bool ended() const noexcept { return pages_.rows() == 0; }
    [[nodiscard]] Cells row() const noexcept { return pages_.row(at_); }

    Result<void> count_and_go_on() {
        for (const Cell& cell : row())
            digest_.add(cell);
        ++rows_;
        return next();
    }
    [[nodiscard]] TableDigest total() const noexcept {
        return {.rows = rows_, .digest = digest_.value()};
    }

 private:
    TablePages pages_;
    std::size_t at_ = 0;
    std::uint64_t rows_ = 0;
    Digest digest_;
};

std::string other_columns(const CopiedTable& table, Cells a, Cells b) {
    std::string names;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (a[i] == b[i]) continue;
        names.append(names.empty() ? "" : ", ").append(table.columns[i].name);
    }
    return names;
}

void differ(TableComparison& comparison, std::string what) {
    ++comparison.different;
    if (comparison.first.size() < most_named) comparison.first.push_back(std::move(what));
}

Result<TableComparison> compare(Connection& source, Connection& target, const CopiedTable& table) {
    TableComparison result;
    result.table = table.name;
    Rows ours(source, table);
    Rows theirs(target, table);
    auto done = ours.next();
    if (done) done = theirs.next();
    while (done && !(ours.ended() && theirs.ended())) {
        const auto order = ours.ended()     ? std::strong_ordering::greater
                           : theirs.ended() ? std::strong_ordering::less
                                            : compare_keys(table, ours.row(), theirs.row());
        if (order < 0) {
            differ(result, "only in the source: " + describe_key(table, ours.row()));
            done = ours.count_and_go_on();
        } else if (order > 0) {
            differ(result, "only in the target: " + describe_key(table, theirs.row()));
            done = theirs.count_and_go_on();
        } else {
            const std::string columns = other_columns(table, ours.row(), theirs.row());
            if (!columns.empty()) {
                differ(result, "other " + columns + ": " + describe_key(table, ours.row()));
            }
            done = ours.count_and_go_on();
            if (done) done = theirs.count_and_go_on();
        }
    }
    if (!done) return done.error();
    result.source = ours.total();
    result.target = theirs.total();
    return result;
}

TableDigest digest_of(const Uuid& epoch) {
    Digest digest;
    Cell cell;
    cell.kind = Value::Kind::data;
    cell.data.assign(epoch.bytes.begin(), epoch.bytes.end());
    digest.add(cell);
    return {.rows = 1, .digest = digest.value()};
}

Result<TableComparison> compare_epochs(Connection& source, Connection& target) {
    const auto ours = read_epoch(source);
    if (!ours) return ours.error();
    const auto theirs = read_epoch(target);
    if (!theirs) return theirs.error();
    TableComparison result{
        .table = "store", .source = digest_of(*ours), .target = digest_of(*theirs)};
    if (*ours != *theirs) differ(result, "other epoch: " + ours->to_string());
    return result;
}

/// A transaction that reads, ended with the object.
class ReadTransaction {
 public:
    explicit ReadTransaction(Connection& connection) : connection_(connection) {}
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    ~ReadTransaction() { connection_.rollback(); }
    Result<void> begin() { return connection_.begin(Mode::read); }

 private:
    Connection& connection_;
};

}  // namespace

}  // namespace sql

Result<std::vector<TableComparison>> compare_stores(const StorePair& stores) {
    sql::Connection& source = *stores.source.connection;
    sql::Connection& target = *stores.target.connection;
    sql::ReadTransaction ours(source);
    sql::ReadTransaction theirs(target);
    if (auto begun = ours.begin(); !begun) return begun.error();
    if (auto begun = theirs.begin(); !begun) return begun.error();
    std::vector<TableComparison> all;
    auto epochs = sql::compare_epochs(source, target);
    if (!epochs) return epochs.error();
    all.push_back(*std::move(epochs));
    for (const sql::CopiedTable& table : sql::copied_tables()) {
        auto compared = sql::compare(source, target, table);
        if (!compared) return compared.error();
        all.push_back(*std::move(compared));
    }
    return all;
}

}  // namespace whispr
