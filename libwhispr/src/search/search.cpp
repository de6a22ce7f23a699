#include "whispr/search.hpp"

#include <algorithm>
#include <utility>

#include "conversations/conversation_rules.hpp"
#include "engine/core.hpp"
#include "search/indexer.hpp"
#include "search/search_reads.hpp"
#include "search/search_words.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

std::optional<Error> refuse_query(const std::string& query) {
    if (query.size() <= limits::search_bytes) return std::nullopt;
    return invalid_field("query",
                         "should be at most " + std::to_string(limits::search_bytes) + " byte(s)");
}

// Finds, once the index has everything that is there now.
void search(Core& core, ReadStorage& storage, SearchQuery query, Completion<MessagesFound> done) {
    auto behind = storage.concepts().search.unindexed_of(query.reader, query.no);
    if (!behind) return done(behind.error());
    if (behind->empty()) return done(find_messages(storage, std::move(query)));
    core.indexer().catch_up(*behind, [&core, query = std::move(query), answer = std::move(done)](
                                         const Result<Done>& indexed) mutable {
        if (!indexed) return answer(indexed.error());
        core.read(std::move(answer), [query = std::move(query)](ReadStorage& reader) mutable {
            return find_messages(reader, std::move(query));
        });
    });
}

}  // namespace

void Search::messages(const Caller& caller, SearchMessages request,
                      Completion<MessagesFound> done) {
    if (const auto refused = refuse_query(request.query)) return done(*refused);
    core_.indexer().follow();
    core_.read_then(std::move(done),
                    [&core = core_, user = caller.user, request = std::move(request)](
                        ReadStorage& storage, Completion<MessagesFound> answer) {
                        SearchQuery query;
                        query.reader = user;
                        if (request.conversation) {
                            const auto access = enter(storage, *request.conversation, user);
                            if (!access) return answer(access.error());
                            query.no = access->conversation.no;
                        }
                        query.words = query_words(request.query);
                        if (query.words.empty()) return answer(MessagesFound{});
                        query.now = core.now();
                        query.before = request.before;
                        query.limit = std::clamp<std::size_t>(request.limit, 1, limits::page_rows);
                        query.offset = std::min(request.offset, limits::search_offset);
                        search(core, storage, std::move(query), std::move(answer));
                    });
}

void Search::conversations(const Caller& caller, SearchConversations request,
                           Completion<std::vector<Conversation>> done) {
    if (const auto refused = refuse_query(request.query)) return done(*refused);
    core_.read(std::move(done),
               [user = caller.user, request = std::move(request)](ReadStorage& storage) {
                   return find_conversations(storage, user, request);
               });
}

}  // namespace whispr
