#include "only_conversation.hpp"

namespace whispr::test {

namespace {

const ConversationId the_conversation = id<ConversationId>(1);

}  // namespace

LockKeys only_conversation() {
    return {.conversations = {the_conversation}};
}

ChangeSet next_message(const Locked& locked, std::string content) {
    ChangeSet changes;
    const bool is_new = locked.conversations.empty();
    ConversationRow row;
    if (is_new) {
        row.id = the_conversation;
        row.member_count = 1;
        changes.members = {{row.id, {.user = user(1)}, true}};
    } else {
        row = locked.conversations.front();
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
    return changes;
}

std::optional<Error> send_next(LaneStorage& lane, std::string content) {
    const Result<Locked> locked = lane.begin(only_conversation());
    if (!locked) return locked.error();
    Result<void> done = lane.write(next_message(*locked, std::move(content)));
    if (done) done = lane.commit();
    lane.rollback();
    if (!done) return done.error();
    return std::nullopt;
}

std::vector<Mseq> stored_numbers(ReadStorage& reader) {
    std::vector<Mseq> numbers;
    const auto access = take(reader.access(the_conversation, user(1)));
    if (!access) return numbers;
    Mseq last = 0;
    for (;;) {
        const PageRows page = take(reader.page(
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

std::vector<Mseq> up_to(Mseq last) {
    std::vector<Mseq> numbers;
    for (Mseq number = 1; number <= last; ++number)
        numbers.push_back(number);
    return numbers;
}

}  // namespace whispr::test
