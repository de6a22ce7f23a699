// The members of conversations that a lane has seen lately. An entry is used only when its number
// equals the one that the locked row holds, so another process's change is seen at once. Used by
// one lane's thread.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "whispr/events.hpp"
#include "whispr/ports/rows.hpp"

namespace whispr {

/// All memberships of a conversation, inactive ones too, as of one change number. Immutable.
struct MemberList {
    Eseq members_eseq = 0;
    std::vector<MemberRow> rows;  ///< by user
    std::shared_ptr<const Audience> audience;

    [[nodiscard]] static std::shared_ptr<const MemberList> make(Eseq members_eseq,
                                                                std::vector<MemberRow> rows);
    [[nodiscard]] const MemberRow* find(UserId user) const noexcept;
};

class MemberCache {
 public:
    explicit MemberCache(std::size_t capacity) : capacity_(capacity) {}

    /// Null when there is none of that number.
    [[nodiscard]] std::shared_ptr<const MemberList> find(ConversationId id,
                                                         Eseq members_eseq) const;
    void put(ConversationId id, std::shared_ptr<const MemberList> members);
    void clear() noexcept {
        entries_.clear();
        recent_.clear();
    }

 private:
    using Entry = std::pair<ConversationId, std::shared_ptr<const MemberList>>;
    std::size_t capacity_;
    mutable std::list<Entry> recent_;  ///< most recently used first
    std::unordered_map<ConversationId, std::list<Entry>::iterator> entries_;
};

}  // namespace whispr
