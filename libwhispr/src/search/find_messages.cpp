#include "search/search_reads.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "messages/message_view.hpp"

namespace whispr {

Result<MessagesFound> find_messages(ReadStorage& storage, SearchQuery query) {
    const std::size_t limit = query.limit;
    ++query.limit;  // one more tells whether there is more
    auto keys = storage.concepts().search.search(query);
    if (!keys) return keys.error();
    MessagesFound found;
    found.has_more = keys->size() > limit;
    if (found.has_more) keys->resize(limit);

    std::map<std::int64_t, std::vector<Mseq>> by_conversation;
    for (const MessageKey& key : *keys)
        by_conversation[key.no].push_back(key.mseq);
    std::map<MessageKey, Message> messages;
    for (const auto& [no, mseqs] : by_conversation) {
        auto rows = storage.messages(no, mseqs, query.reader);
        if (!rows) return rows.error();
        // What was deleted since it was found.
        std::erase_if(rows->messages, [&](const MessageRow& row) {
            return row.deleted || (row.expires_at && *row.expires_at <= query.now);
        });
        for (Message& message : to_messages(*std::move(rows))) {
            const MessageKey key{no, message.mseq};
            messages.emplace(key, std::move(message));
        }
    }
    for (const MessageKey& key : *keys) {
        const auto message = messages.find(key);
        if (message != messages.end()) found.messages.push_back(std::move(message->second));
    }
    return found;
}

}  // namespace whispr
