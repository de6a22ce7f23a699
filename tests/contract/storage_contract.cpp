#include "storage_contract.hpp"

#include <cstdlib>

#include "whispr/adapters/memory.hpp"

namespace whispr::test {

Uuid numbered(std::uint64_t number) {
    Uuid uuid;
    for (std::size_t i = 0; i < 8; ++i) {
        uuid.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return uuid;
}

Time at(std::int64_t second) {
    return ManualClock::start + std::chrono::seconds{second};
}

void Store::reopen() {
    reader_.reset();
    lane_.reset();
    storage_ = open(std::move(storage_));
    lane_ = take(storage_->open_lane());
    reader_ = take(storage_->open_reader());
}

Locked Store::begin(const LockKeys& keys) {
    return take(lane_->begin(keys));
}

Loaded Store::load(const LoadKeys& keys) {
    return take(lane_->load(keys));
}

namespace {

LockKeys keys_of(const std::vector<ConversationRow>& rows) {
    LockKeys keys;
    for (const ConversationRow& row : rows)
        keys.conversations.push_back(row.id);
    return keys;
}

}  // namespace

void Store::put(const std::vector<ConversationRow>& held, const ChangeSet& changes) {
    begin(keys_of(held));
    take(lane_->write(changes));
    take(lane_->commit());
}

Error Store::refused(const std::vector<ConversationRow>& held, const ChangeSet& changes) {
    begin(keys_of(held));
    Result<void> done = lane_->write(changes);
    if (done) done = lane_->commit();
    lane_->rollback();
    if (done) FAIL("a change that must be refused was accepted");
    return done.error();
}

ConversationRow Store::create(std::uint64_t number, const std::vector<UserId>& members,
                              ConversationType type) {
    ConversationRow row;
    row.id = id<ConversationId>(number);
    row.type = type;
    row.created_by = members.front();
    row.created_at = row.updated_at = row.last_activity_at = clock_->now();
    row.eseq = static_cast<Eseq>(members.size());
    row.members_eseq = row.eseq;
    row.member_count = static_cast<std::uint32_t>(members.size());
    ChangeSet changes;
    Eseq eseq = 0;
    for (const UserId& member : members) {
        MemberRow member_row;
        member_row.user = member;
        member_row.role = eseq == 0 ? Role::owner : Role::member;
        member_row.joined_at = clock_->now() + std::chrono::seconds{eseq};
        member_row.last_eseq = ++eseq;
        changes.members.push_back({row.id, member_row, true});
    }
    changes.conversations.push_back({row, true, false});
    if (type == ConversationType::direct) {
        changes.pairs_created.emplace_back(UserPair::of(members.at(0), members.at(1)), row.id);
    }
    put({}, changes);
    LockKeys keys;
    keys.conversations.push_back(row.id);
    const Locked locked = begin(keys);
    lane_->rollback();
    REQUIRE(locked.conversations.size() == 1);
    return locked.conversations.front();
}

namespace {

MessageRow next_message(ConversationRow& conversation, UserId sender, MessageRow message,
                        Time now) {
    message.conversation = conversation.id;
    message.mseq = ++conversation.mseq;
    message.last_eseq = ++conversation.eseq;
    if (message.id.is_nil()) {
        message.id = MessageId{conversation.id.uuid};
        message.id.uuid.bytes[0] = 0xEE;
        for (std::size_t i = 0; i < 4; ++i) {
            message.id.uuid.bytes[4 - i] = static_cast<std::uint8_t>(message.mseq >> (8 * i));
        }
    }
    message.sender = sender;
    message.sent_at = std::max(now, conversation.last_sent_at + std::chrono::microseconds{1});
    message.updated_at = message.sent_at;
    conversation.last_sent_at = message.sent_at;
    conversation.last_activity_at = message.sent_at;
    return message;
}

}  // namespace

MessageRow Store::send(ConversationRow& conversation, UserId sender, MessageRow message) {
    ChangeSet changes;
    message = next_message(conversation, sender, std::move(message), clock_->now());
    changes.messages_created.push_back(message);
    changes.conversations.push_back({conversation, false, false});
    put({conversation}, changes);
    return message;
}

std::vector<MessageRow> Store::send_many(ConversationRow& conversation, UserId sender, int count) {
    ChangeSet changes;
    for (int i = 0; i < count; ++i) {
        MessageRow message;
        message.content = "message " + std::to_string(i + 1);
        changes.messages_created.push_back(
            next_message(conversation, sender, std::move(message), clock_->now()));
    }
    changes.conversations.push_back({conversation, false, false});
    put({conversation}, changes);
    return changes.messages_created;
}

void Store::hide(const ConversationRow& conversation, UserId for_user, Mseq mseq) {
    ChangeSet changes;
    changes.hidden.push_back({conversation.id, for_user, mseq});
    put({conversation}, changes);
}

PageRows Store::page(const PageQuery& query) {
    return take(reader_->page(query));
}

std::vector<ListedConversation> Store::list(const ListQuery& query) {
    return take(reader_->list(query));
}

std::vector<Mseq> Store::numbers_on(const PageQuery& query) {
    std::vector<Mseq> numbers;
    for (const MessageRow& row : page(query).messages)
        numbers.push_back(row.mseq);
    return numbers;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "whispr-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::shared_ptr<Storage> MemoryStore::open(std::shared_ptr<Storage> before) {
    return before ? before : make_memory_storage(clock_);
}

std::shared_ptr<Storage> SqliteStore::open(std::shared_ptr<Storage> before) {
    before.reset();
    // What a power cut leaves is tested elsewhere; here flushing would only take time.
    return take(
        open_sqlite_storage({.path = folder_.file("test.db"), .synchronous_full = false}, clock_));
}

SqliteStore::~SqliteStore() {
    reader_.reset();
    lane_.reset();
    storage_.reset();
}

}  // namespace whispr::test
