#include "engine/member_cache.hpp"

#include <algorithm>

namespace whispr {

std::shared_ptr<const MemberList> MemberList::make(Eseq members_eseq, std::vector<MemberRow> rows) {
    auto list = std::make_shared<MemberList>();
    list->members_eseq = members_eseq;
    list->rows = std::move(rows);
    std::sort(list->rows.begin(), list->rows.end(),
              [](const MemberRow& a, const MemberRow& b) { return a.user < b.user; });
    auto audience = std::make_shared<Audience>();
    audience->users.reserve(list->rows.size());
    for (const MemberRow& row : list->rows) {
        if (row.active) audience->users.push_back(row.user);
    }
    list->audience = std::move(audience);
    return list;
}

const MemberRow* MemberList::find(UserId user) const noexcept {
    const auto at = std::lower_bound(rows.begin(), rows.end(), user,
                                     [](const MemberRow& row, UserId id) { return row.user < id; });
    return at != rows.end() && at->user == user ? &*at : nullptr;
}

std::shared_ptr<const MemberList> MemberCache::find(ConversationId id, Eseq members_eseq) const {
    const auto at = entries_.find(id);
    if (at == entries_.end() || at->second->second->members_eseq != members_eseq) return nullptr;
    recent_.splice(recent_.begin(), recent_, at->second);
    return at->second->second;
}

void MemberCache::put(ConversationId id, std::shared_ptr<const MemberList> members) {
    if (const auto at = entries_.find(id); at != entries_.end()) {
        at->second->second = std::move(members);
        recent_.splice(recent_.begin(), recent_, at->second);
        return;
    }
    recent_.emplace_front(id, std::move(members));
    entries_.emplace(id, recent_.begin());
    if (entries_.size() <= capacity_) return;
    entries_.erase(recent_.back().first);
    recent_.pop_back();
}

bool Audience::contains(UserId user) const noexcept {
    return std::binary_search(users.begin(), users.end(), user);
}

}  // namespace whispr
