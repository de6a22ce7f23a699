// A long history on PostgreSQL: one user in 200 groups, and as many messages in them, with answers
// and reactions, as a size asks for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "postgres/server.hpp"
#include "whispr/engine.hpp"

namespace bench {

class PostgresHistory {
 public:
    static constexpr std::size_t conversation_count = 200;

    /// Creates the conversations, through an engine.
    explicit PostgresHistory(const PostgresServer& server);
    /// Adds messages until there are so many, by statements of its own. Requires: no engine is
    /// open.
    void grow_to(std::size_t messages);
    [[nodiscard]] std::unique_ptr<whispr::Engine> open() const;

    /// The user whose conversations these are.
    [[nodiscard]] const whispr::Caller& reader() const { return reader_; }
    [[nodiscard]] const std::vector<whispr::ConversationId>& conversations() const {
        return conversations_;
    }

 private:
    const PostgresServer& server_;
    whispr::Caller reader_;
    std::vector<whispr::ConversationId> conversations_;
};

}  // namespace bench
