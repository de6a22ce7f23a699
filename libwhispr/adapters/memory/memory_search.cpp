#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

class Reader final : public SearchReader {
 public:
    Result<std::vector<UnindexedConversation>> unindexed(std::size_t) override {
        return std::vector<UnindexedConversation>();
    }
    Result<std::vector<MessageKey>> search(const SearchQuery&) override {
        return std::vector<MessageKey>();
    }
    Result<std::vector<ConversationId>> conversations_named(UserId, const std::string&,
                                                            std::optional<UserId>,
                                                            std::size_t) override {
        return std::vector<ConversationId>();
    }
};

}  // namespace

Result<void> check_search(const Tables&, const ChangeSet&) {
    return {};
}
void apply_search(Tables&, const ChangeSet&) {}
std::unique_ptr<SearchReader> make_search_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Reader>();
}

}  // namespace whispr::memory
