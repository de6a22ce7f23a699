// What the statements of one lane's transaction share: the connection, the conversations it holds,
// and room for keys.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "connection.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr::sql {

/// The conversations that a transaction holds, by id and by number.
class Held {
 public:
    void add(ConversationId id, std::int64_t no) {
        numbers_[id] = no;
        ids_[no] = id;
    }
    void clear() noexcept {
        numbers_.clear();
        ids_.clear();
    }
    /// 0 when it is not held.
    [[nodiscard]] std::int64_t number(ConversationId id) const {
        const auto found = numbers_.find(id);
        return found == numbers_.end() ? 0 : found->second;
    }
    /// Nil when it is not held.
    [[nodiscard]] ConversationId id(std::int64_t no) const {
        const auto found = ids_.find(no);
        return found == ids_.end() ? ConversationId{} : found->second;
    }

 private:
    std::unordered_map<ConversationId, std::int64_t> numbers_;
    std::unordered_map<std::int64_t, ConversationId> ids_;
};

struct Batch {
    Connection& connection;
    Held& held;
    KeyRows& keys;

    /// Runs the statement for the collected keys and forgets them.
    Result<std::int64_t> run(const Statement& statement, OnRow on_row = {}) {
        Result<std::int64_t> done = connection.run(statement, keys, on_row);
        keys.clear();
        return done;
    }
    /// The same for a change that has to find a row for each of `count` keys.
    Result<void> run_each(const Statement& statement, std::size_t count) {
        const Result<std::int64_t> done = run(statement);
        if (!done) return done.error();
        if (*done == static_cast<std::int64_t>(count)) return {};
        return Error{Errc::internal,
                     std::string(statement.name) + ": " + std::to_string(*done) + " of " +
                         std::to_string(count) + " rows were there",
                     {}};
    }
};

/// For those who only want to know whether it worked.
[[nodiscard]] inline Result<void> outcome(const Result<std::int64_t>& done) {
    if (!done) return done.error();
    return {};
}

/// The largest number a message can have: the low half of its key.
inline constexpr Mseq last_mseq = 0xFFFF'FFFF;

}  // namespace whispr::sql
