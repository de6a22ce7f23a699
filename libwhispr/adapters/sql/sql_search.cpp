#include "sql_concepts.hpp"

namespace whispr::sql {

namespace {

class Reader final : public SearchReader {
 public:
    Result<std::vector<UnindexedConversation>> unindexed(std::int64_t, std::size_t) override {
        return std::vector<UnindexedConversation>();
    }
    Result<std::vector<UnindexedConversation>> unindexed_of(UserId,
                                                            std::optional<std::int64_t>) override {
        return std::vector<UnindexedConversation>();
    }
    Result<UnindexedMessages> unindexed_messages(ConversationId, std::size_t) override {
        return UnindexedMessages();
    }
    Result<std::vector<MessageKey>> search(const SearchQuery&) override {
        return std::vector<MessageKey>();
    }
    Result<std::vector<ConversationRow>> find(const FindConversations&) override {
        return std::vector<ConversationRow>();
    }
};

}  // namespace

Result<void> write_search(Batch&, const ChangeSet&) {
    return {};
}
std::unique_ptr<SearchReader> make_search_reader(Reading) {
    return std::make_unique<Reader>();
}
std::span<const Statement* const> search_statements() noexcept {
    return {};
}

}  // namespace whispr::sql
