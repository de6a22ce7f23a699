// A reader of the storage port on any SQL connection, and its parts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "connection.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr::sql {

[[nodiscard]] std::unique_ptr<ReadStorage> make_reader(std::unique_ptr<Connection> connection);

/// Which history of the store this is.
[[nodiscard]] Result<Uuid> read_epoch(Connection& connection);

/// What the parts of a reader share.
struct Reading {
    Connection& connection;
    KeyRows& keys;

    Result<void> run(const Statement& statement, OnRow on_row) {
        const Result<std::int64_t> done = connection.run(statement, keys, on_row);
        keys.clear();
        if (!done) return done.error();
        return {};
    }
};

// Each of these sees several statements' rows: the caller has begun a transaction.
[[nodiscard]] Result<void> read_page(Reading reading, const PageQuery& query, PageRows& page);
[[nodiscard]] Result<void> read_messages(Reading reading, std::int64_t no, std::vector<Mseq> mseqs,
                                         UserId reader, PageRows& page);
[[nodiscard]] Result<void> read_changes(Reading reading, const ChangesQuery& query,
                                        ChangeRows& changes);

/// Whether a page's messages follow each other, or lie anywhere in the conversation.
enum class Nearness : std::uint8_t { together, scattered };
[[nodiscard]] Result<void> read_changed(Reading reading, const ChangedQuery& query,
                                        ChangedRows& found);
/// Adds the attachments of the page's messages, which are there.
[[nodiscard]] Result<void> add_attachments(Reading reading, std::int64_t no, Nearness nearness,
                                           PageRows& page);

/// Runs a function whose statements all see the same state of the database; once more where the
/// connection can do better.
template <class Value, class Function>
Result<Value> snapshot(Reading reading, Function function, Mode mode = Mode::read) {
    for (;;) {
        if (auto begun = reading.connection.begin(mode); !begun) return begun.error();
        Value value{};
        Result<void> done = function(value);
        if (done) {
            done = reading.connection.commit();
        } else {
            reading.connection.rollback();
        }
        if (done) return value;
        if (!reading.connection.may_read_again()) return done.error();
        reading.keys.clear();
    }
}
[[nodiscard]] Result<void> read_list(Reading reading, const ListQuery& query,
                                     std::vector<ListedConversation>& items);

[[nodiscard]] std::span<const Statement* const> page_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> list_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> changed_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> reader_statements() noexcept;

}  // namespace whispr::sql
