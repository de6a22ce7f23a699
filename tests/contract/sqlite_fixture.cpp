#include "sqlite_fixture.hpp"

#include <sqlite3.h>

namespace whispr::test {

namespace {

const ConversationId the_conversation = id<ConversationId>(1);

}  // namespace

Result<std::shared_ptr<Storage>> SqliteFixture::try_open() {
    return open_sqlite_storage(options, clock);
}

void SqliteFixture::open() {
    storage = take(try_open());
    lane = take(storage->open_lane());
    reader = take(storage->open_reader());
}

void SqliteFixture::close() {
    reader.reset();
    lane.reset();
    storage.reset();
}

std::string SqliteFixture::ask(const std::string& sql) {
    sqlite3* connection = nullptr;
    std::string answer;
    REQUIRE(sqlite3_open(path().c_str(), &connection) == SQLITE_OK);
    const auto keep_first = [](void* into, int, char** values, char**) {
        std::string& first = *static_cast<std::string*>(into);
        if (first.empty() && values[0] != nullptr) first = values[0];
        return 0;
    };
    const int code = sqlite3_exec(connection, sql.c_str(), keep_first, &answer, nullptr);
    INFO(sql << ": " << sqlite3_errmsg(connection));
    CHECK(code == SQLITE_OK);
    sqlite3_close(connection);
    return answer;
}

void SqliteFixture::run(const std::string& sql) {
    (void)ask(sql);
}

std::optional<Error> SqliteFixture::send(std::string content) {
    const Result<Locked> locked = lane->begin({.conversations = {the_conversation}});
    if (!locked) return locked.error();
    ChangeSet changes;
    const bool is_new = locked->conversations.empty();
    ConversationRow row;
    if (is_new) {
        row.id = the_conversation;
        row.member_count = 1;
        changes.members = {{row.id, {.user = user(1)}, true}};
    } else {
        row = locked->conversations.front();
    }
    MessageRow message;
    message.conversation = row.id;
    message.mseq = ++row.mseq;
    message.last_eseq = ++row.eseq;
    message.id = id<MessageId>(static_cast<std::uint64_t>(message.mseq));
    message.sender = user(1);
    message.client_random = message.mseq;
    message.content = std::move(content);
    message.sent_at = row.last_sent_at = row.last_sent_at + std::chrono::microseconds{1};
    changes.messages_created = {message};
    changes.conversations = {{row, is_new, false}};
    Result<void> done = lane->write(changes);
    if (done) done = lane->commit();
    lane->rollback();
    if (!done) return done.error();
    return std::nullopt;
}

std::vector<Mseq> SqliteFixture::stored() {
    std::vector<Mseq> numbers;
    const auto access = take(reader->access(the_conversation, user(1)));
    if (!access) return numbers;
    Mseq last = 0;
    for (;;) {
        const PageRows page = take(reader->page(
            {.no = access->conversation.no, .reader = user(1), .after_mseq = last, .limit = 100}));
        if (page.messages.empty()) break;
        for (auto row = page.messages.rbegin(); row != page.messages.rend(); ++row) {
            numbers.push_back(row->mseq);
        }
        last = numbers.back();
    }
    CHECK(access->conversation.mseq == last);
    return numbers;
}

}  // namespace whispr::test
