// What the statements of one lane's transaction share: the connection, the conversations it holds,
// room for keys, and the first failure.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
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

/// Statements are asked one after the other and settled together: what one of them reads is there
/// after settle(), and what depends on it has to wait for that. After a failure nothing more is
/// asked, and settle() tells it.
class Batch {
 public:
    explicit Batch(Connection& database) : connection(database) {}

    /// Asks the statement for the collected keys and forgets them. `take` is kept until it is
    /// settled.
    void ask(const Statement& statement, TakeRow take = {}) {
        ask(statement, std::move(take), Finds::any);
    }
    /// The same for a change that has to find a row for each key.
    void ask_each(const Statement& statement) { ask(statement, {}, Finds::each); }
    void ask_now(Time& now) {
        if (!failure_) keep_failure(connection.ask_now(now));
    }
    Result<void> settle() {
        if (!failure_) keep_failure(connection.settle());
        return told();
    }
    /// Without waiting for the answers: what fails later is told by the commit.
    Result<void> told() {
        if (!failure_) return {};
        return *std::exchange(failure_, std::nullopt);
    }

    Connection& connection;
    Held held{};
    KeyRows keys{};

 private:
    void ask(const Statement& statement, TakeRow take, Finds finds) {
        if (!failure_ && !keys.empty())
            keep_failure(connection.ask(statement, keys, std::move(take), finds));
        keys.clear();
    }
    void keep_failure(const Result<void>& done) {
        if (!done) failure_ = done.error();
    }

    std::optional<Error> failure_;
};

/// The largest number a message can have: the low half of its key.
inline constexpr Mseq last_mseq = 0xFFFF'FFFF;

}  // namespace whispr::sql
