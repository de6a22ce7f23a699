// Groups by a part of their name, and conversations by their other member.
#include <algorithm>
#include <tuple>

#include "conversations/conversation_view.hpp"
#include "metadata/metadata.hpp"
#include "search/search_reads.hpp"
#include "search/search_words.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

using Rows = std::vector<ConversationRow>;

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r\n\f\v");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n\f\v") - begin + 1);
}

/// Groups that are read at once to look at their names.
constexpr std::size_t groups_at_once = 200;

/// Adds groups of that name, latest change first, until there are `limit` of them.
Result<void> add_named(ReadStorage& storage, UserId user, const std::string& part,
                       std::size_t limit, Rows& rows) {
    FindConversations query{.user = user, .limit = groups_at_once};
    for (;;) {
        auto groups = storage.concepts().search.find(query);
        if (!groups) return groups.error();
        for (ConversationRow& group : *groups) {
            const auto name = metadata_field(group.metadata, "name");
            if (!name || folded(name->text).find(part) == std::string::npos) continue;
            rows.push_back(std::move(group));
            if (rows.size() == limit) return {};
        }
        query.offset += groups->size();
        if (groups->size() < query.limit || query.offset >= limits::conversations_per_user) {
            return {};
        }
    }
}

Result<void> add_with(ReadStorage& storage, UserId user, UserId other, std::size_t limit,
                      Rows& rows) {
    auto found = storage.concepts().search.find({.user = user, .with = other, .limit = limit});
    if (!found) return found.error();
    for (ConversationRow& row : *found)
        rows.push_back(std::move(row));
    return {};
}

/// Nothing when the user has left it meanwhile.
Result<std::optional<Conversation>> complete(ReadStorage& storage, UserId user,
                                             const ConversationRow& row) {
    const auto access = storage.access(row.id, user);
    if (!access) return access.error();
    if (!*access || !(*access)->member || !(*access)->member->active) {
        return std::optional<Conversation>();
    }
    ListedConversation listed{.conversation = (*access)->conversation,
                              .member = *(*access)->member,
                              .membership = *(*access)->membership,
                              .position = *(*access)->position};
    if (row.type == ConversationType::direct) {
        auto members = storage.members(row.no);
        if (!members) return members.error();
        listed.members = *std::move(members);
    }
    return std::optional(to_conversation(std::move(listed)));
}

}  // namespace

Result<std::vector<Conversation>> find_conversations(ReadStorage& storage, UserId user,
                                                     const SearchConversations& request) {
    const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, limits::page_rows);
    Rows rows;
    const std::string part = trimmed(folded(request.query));
    if (!part.empty()) {
        const auto done = add_named(storage, user, part, limit, rows);
        if (!done) return done.error();
    }
    if (const auto other = UserId::parse(trimmed(request.query)); other && *other != user) {
        const auto done = add_with(storage, user, *other, limit, rows);
        if (!done) return done.error();
    }
    std::sort(rows.begin(), rows.end(), [](const ConversationRow& a, const ConversationRow& b) {
        return std::tie(a.updated_at, a.no) > std::tie(b.updated_at, b.no);
    });
    rows.erase(std::unique(rows.begin(), rows.end(),
                           [](const auto& a, const auto& b) { return a.no == b.no; }),
               rows.end());
    if (rows.size() > limit) rows.resize(limit);

    std::vector<Conversation> conversations;
    for (const ConversationRow& row : rows) {
        auto conversation = complete(storage, user, row);
        if (!conversation) return conversation.error();
        if (*conversation) conversations.push_back(**std::move(conversation));
    }
    return conversations;
}

}  // namespace whispr
