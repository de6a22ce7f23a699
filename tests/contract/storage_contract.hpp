// What every storage must do, told as tests that run on each implementation. A test names the
// stores as types (TEMPLATE_TEST_CASE … STORES) and works through the functions of Store, which
// fail the test by themselves.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "row_text.hpp"
#include "support/manual_clock.hpp"
#include "whispr/adapters/sqlite.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr::test {

/// The id that is 0 but for its end.
[[nodiscard]] Uuid numbered(std::uint64_t number);
template <class Kind>
[[nodiscard]] Kind id(std::uint64_t number) {
    return Kind{numbered(number)};
}
[[nodiscard]] inline UserId user(std::uint64_t number) {
    return id<UserId>(0xA000 + number);
}
[[nodiscard]] Time at(std::int64_t second);

/// A store under test with its lane and a reader.
class Store {
 public:
    virtual ~Store() = default;

    /// Gives lane and reader back and opens them again; what is durable is opened from its file.
    void reopen();

    Locked begin(const LockKeys& keys = {});
    Loaded load(const LoadKeys& keys);
    /// Begins with the rows' conversations, writes and commits.
    void put(const std::vector<ConversationRow>& held, const ChangeSet& changes);
    /// The same for a change that is refused; gives the error. Nothing remains of it.
    Error refused(const std::vector<ConversationRow>& held, const ChangeSet& changes);

    /// A new conversation with these members, the first one its owner, joined a second apart.
    ConversationRow create(std::uint64_t number, const std::vector<UserId>& members,
                           ConversationType type = ConversationType::group);
    /// Stores a message as the conversation's next one and keeps `conversation` up to date.
    MessageRow send(ConversationRow& conversation, UserId sender, MessageRow message = {});
    /// `count` short messages in one batch.
    std::vector<MessageRow> send_many(ConversationRow& conversation, UserId sender, int count);
    /// Hides a message for a user.
    void hide(const ConversationRow& conversation, UserId user, Mseq mseq);

    PageRows page(const PageQuery& query);
    std::vector<ListedConversation> list(const ListQuery& query);
    std::vector<Mseq> numbers_on(const PageQuery& query);

    ManualClock& clock() { return *clock_; }
    Storage& storage() { return *storage_; }
    LaneStorage& lane() { return *lane_; }
    ReadStorage& reader() { return *reader_; }

 protected:
    virtual std::shared_ptr<Storage> open(std::shared_ptr<Storage> before) = 0;

    std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
    std::shared_ptr<Storage> storage_;
    std::unique_ptr<LaneStorage> lane_;
    std::unique_ptr<ReadStorage> reader_;
};

/// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

 private:
    std::filesystem::path path_;
};

class MemoryStore final : public Store {
 public:
    MemoryStore() { reopen(); }

 protected:
    std::shared_ptr<Storage> open(std::shared_ptr<Storage> before) override;
};

class SqliteStore final : public Store {
 public:
    SqliteStore() { reopen(); }
    ~SqliteStore() override;

 protected:
    std::shared_ptr<Storage> open(std::shared_ptr<Storage> before) override;

 private:
    TemporaryFolder folder_;
};

/// The value, or the end of the test with the error's text.
template <class T>
T take(Result<T> result) {
    if (!result) FAIL(result.error().text);
    return *std::move(result);
}
inline void take(const Result<void>& result) {
    if (!result) FAIL(result.error().text);
}

}  // namespace whispr::test

#include "postgres_store.hpp"
#define WHISPR_STORES \
    ::whispr::test::MemoryStore, ::whispr::test::SqliteStore, ::whispr::test::PostgresStore
