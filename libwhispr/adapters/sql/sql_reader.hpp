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
/// Adds the attachments of the page's messages, which are there.
[[nodiscard]] Result<void> add_attachments(Reading reading, std::int64_t no, Nearness nearness,
                                           PageRows& page);

/// Runs a function whose statements all see the same state of the database.
template <class Value, class Function>
Result<Value> snapshot(Reading reading, Function function) {
    if (auto begun = reading.connection.begin(Mode::read); !begun) return begun.error();
    Value value{};
    const Result<void> done = function(value);
    if (!done) {
        reading.connection.rollback();
        return done.error();
    }
    if (auto ended = reading.connection.commit(); !ended) return ended.error();
    return value;
}
[[nodiscard]] Result<void> read_list(Reading reading, const ListQuery& query,
                                     std::vector<ListedConversation>& items);

[[nodiscard]] std::span<const Statement* const> page_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> list_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> reader_statements() noexcept;

}  // namespace whispr::sql
