// What the SQL layer asks of a database driver: run a statement for every row of a key set, in
// transactions. A driver knows its database's protocol and errors and nothing of conversations.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr::sql {

/// One statement's text, before a dialect expands it (dialect.hpp). Must have static storage:
/// drivers prepare it once and know it again by its address.
struct Statement {
    std::string_view name;  ///< what it does, for errors and logs
    std::string_view keys;  ///< its key set: "id uuid, seq bigint"
    std::string_view text;
};

/// A value of a key set. Texts, bytes and ids are only referred to: they must outlive the run of
/// the statement.
class Value {
 public:
    enum class Kind : std::uint8_t { null, number, data };

    template <class T>
    requires(std::is_integral_v<T> || std::is_enum_v<T>) Value(T value)
    noexcept : kind_(Kind::number), number_(static_cast<std::int64_t>(value)) {}
    Value(Time time) noexcept : Value(time.time_since_epoch().count()) {}
    Value(const Uuid& id) noexcept
        : kind_(Kind::data), data_(id.bytes.data()), number_(std::int64_t{sizeof id.bytes}) {}
    template <class Tag>
    Value(const Id<Tag>& id) noexcept : Value(id.uuid) {}
    Value(const std::string& text) noexcept
        : kind_(Kind::data), data_(text.data()), number_(static_cast<std::int64_t>(text.size())) {}
    template <class T>
    Value(const std::optional<T>& value) noexcept {
        if (value) *this = Value(*value);
    }
    Value(Uuid&&) = delete;
    template <class Tag>
    Value(Id<Tag>&&) = delete;
    Value(std::string&&) = delete;

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] std::int64_t number() const noexcept { return number_; }
    [[nodiscard]] const void* data() const noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(number_); }

 private:
    Kind kind_ = Kind::null;
    const void* data_ = nullptr;
    std::int64_t number_ = 0;
};

/// The rows of a key set, one value for each of its columns. Keeps its memory when cleared.
class KeyRows {
 public:
    template <class... Values>
    void row(Values&&... values) {
        (values_.emplace_back(std::forward<Values>(values)), ...);
    }
    void clear() noexcept { values_.clear(); }
    [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
    [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }

 private:
    std::vector<Value> values_;
};

/// A row of an answer, valid until the function it was given to returns.
class Row {
 public:
    [[nodiscard]] virtual bool null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t number(int column) const = 0;
    /// Text, bytes, or the 16 bytes of a uuid.
    [[nodiscard]] virtual std::string_view data(int column) const = 0;

 protected:
    ~Row() = default;
};

/// What to do with each row of an answer: refers to a function for the length of one call, without
/// allocating.
class OnRow {
 public:
    OnRow() noexcept = default;
    template <class Function>
    requires(!std::is_same_v<std::remove_cvref_t<Function>, OnRow>) OnRow(Function&& function)
    noexcept
        : function_(&function), call_([](const void* at, const Row& row) {
              using Plain = std::remove_reference_t<Function>;
              (*static_cast<Plain*>(const_cast<void*>(at)))(row);
          }) {}
    void operator()(const Row& row) const {
        if (call_) call_(function_, row);
    }

 private:
    const void* function_ = nullptr;
    void (*call_)(const void*, const Row&) = nullptr;
};

/// First-hand: from the database that is written, where reads may be answered by a copy of it.
enum class Mode : std::uint8_t { read, read_first_hand, write };

enum class Dialect : std::uint8_t { sqlite, postgres };

/// One thread at a time. Errors are those of the storage port.
class Connection {
 public:
    virtual ~Connection() = default;

    virtual Result<void> begin(Mode mode) = 0;
    /// Ends the transaction, whatever comes of it.
    virtual Result<void> commit() = 0;
    virtual void rollback() noexcept = 0;
    /// Runs the statement for all rows of its key set; does nothing when there are none. Gives the
    /// number of rows that were changed.
    virtual Result<std::int64_t> run(const Statement& statement, const KeyRows& keys,
                                     OnRow on_row) = 0;
    /// Runs statements without parameters or answers.
    virtual Result<void> script(const std::string& sql) = 0;
    /// Whether a transaction that only read, and has just failed, is worth another attempt.
    [[nodiscard]] virtual bool may_read_again() noexcept { return false; }
    [[nodiscard]] virtual Dialect dialect() const noexcept = 0;
    /// The time of the present transaction.
    virtual Result<Time> now() = 0;
};

}  // namespace whispr::sql
