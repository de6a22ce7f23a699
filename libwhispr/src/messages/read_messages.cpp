// Reading messages: one, or a page of history.
#include <algorithm>
#include <iterator>

#include "conversations/conversation_rules.hpp"
#include "engine/core.hpp"
#include "messages/locate_message.hpp"
#include "messages/message_rules.hpp"
#include "messages/message_view.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

PageQuery query_of(const Access& access, UserId caller, Time now) {
    PageQuery query;
    query.no = access.conversation.no;
    query.reader = caller;
    query.now = now;
    return query;
}

struct Part {
    std::vector<Message> messages;  // newest first
    bool has_more = false;
};

// At most `limit` rows; one more is asked for, which tells whether there is more.
Result<Part> read_part(ReadStorage& storage, PageQuery query, std::size_t limit) {
    query.limit = limit + 1;
    auto rows = storage.page(query);
    if (!rows) return rows.error();
    Part part;
    part.has_more = rows->messages.size() > limit;
    if (part.has_more) {
        const bool upwards = query.after || query.after_mseq;
        rows->messages.erase(upwards ? rows->messages.begin() : rows->messages.end() - 1);
    }
    part.messages = to_messages(*std::move(rows));
    return part;
}

// The number of the message, when the page can show it.
Result<Mseq> middle_of(ReadStorage& storage, const PageQuery& query, const PageRequest& request) {
    const auto place = find_message(storage, *request.around);
    if (!place) return place.error();
    if (!*place || (*place)->first != request.conversation) {
        return message_not_found(*request.around);
    }
    const Mseq mseq = (*place)->second;
    const auto rows = storage.messages(query.no, {mseq}, query.reader);
    if (!rows) return rows.error();
    if (rows->messages.empty()) return message_not_found(*request.around);
    const MessageRow& row = rows->messages.front();
    if (row.deleted || (row.expires_at && *row.expires_at <= query.now)) {
        return message_not_found(*request.around);
    }
    return mseq;
}

// The half that ends with the message, and the half that follows it: no number is in both, and none
// between them, whatever is sent meanwhile.
Result<MessagePage> read_around(ReadStorage& storage, const PageQuery& query,
                                const PageRequest& request, std::size_t limit) {
    const auto middle = middle_of(storage, query, request);
    if (!middle) return middle.error();
    const std::size_t newer_rows = limit / 2;
    PageQuery below = query;
    below.before_mseq = *middle + 1;
    auto older = read_part(storage, below, limit - newer_rows);
    if (!older) return older.error();
    PageQuery above = query;
    above.after_mseq = *middle;
    auto newer = read_part(storage, above, newer_rows);
    if (!newer) return newer.error();

    MessagePage page;
    page.conversation = request.conversation;
    page.messages = std::move(newer->messages);
    page.messages.insert(page.messages.end(), std::make_move_iterator(older->messages.begin()),
                         std::make_move_iterator(older->messages.end()));
    page.has_more = older->has_more;
    page.has_newer = newer->has_more;
    return page;
}

Result<MessagePage> read_page(ReadStorage& storage, UserId caller, const PageRequest& request,
                              Time now) {
    const auto access = enter(storage, request.conversation, caller);
    if (!access) return access.error();
    const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, limits::page_rows);
    PageQuery query = query_of(*access, caller, now);
    if (request.around) return read_around(storage, query, request, limit);
    query.before = request.before;
    query.after = request.after;
    query.before_mseq = request.before_mseq;
    query.after_mseq = request.after_mseq;
    auto part = read_part(storage, query, limit);
    if (!part) return part.error();
    MessagePage page;
    page.conversation = request.conversation;
    page.messages = std::move(part->messages);
    page.has_more = part->has_more;
    return page;
}

}  // namespace

void Messages::page(const Caller& caller, PageRequest request, Completion<MessagePage> done) {
    core_.read(std::move(done), [&core = core_, user = caller.user, request](ReadStorage& storage) {
        return read_page(storage, user, request, core.now());
    });
}

void Messages::show(const Caller& caller, MessageId message, Completion<Message> done) {
    core_.read(
        std::move(done),
        [&core = core_, user = caller.user, message](ReadStorage& storage) -> Result<Message> {
            auto located = locate_message(storage, user, message, std::nullopt, core.now());
            if (!located) return located.error();
            return std::move(to_messages(std::move(located->rows)).front());
        });
}

}  // namespace whispr
