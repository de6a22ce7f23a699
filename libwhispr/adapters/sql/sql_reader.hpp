// A reader of the storage port on any SQL connection, and its parts.
#pragma once

#include <memory>
#include <span>

#include "connection.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr::sql {

[[nodiscard]] std::unique_ptr<ReadStorage> make_reader(std::unique_ptr<Connection> connection);

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
[[nodiscard]] Result<void> read_one(Reading reading, std::int64_t no, Mseq mseq, UserId reader,
                                    PageRows& page);
[[nodiscard]] Result<void> read_list(Reading reading, const ListQuery& query,
                                     std::vector<ListedConversation>& items);

[[nodiscard]] std::span<const Statement* const> page_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> list_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> reader_statements() noexcept;

}  // namespace whispr::sql
