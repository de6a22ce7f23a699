// Reading messages: one, or a page of history.
#include <algorithm>

#include "conversations/conversation_rules.hpp"
#include "engine/core.hpp"
#include "messages/locate_message.hpp"
#include "messages/message_view.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

Result<MessagePage> read_page(ReadStorage& storage, UserId caller, const PageRequest& request,
                              Time now) {
    const auto access = enter(storage, request.conversation, caller);
    if (!access) return access.error();
    const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, limits::page_rows);
    PageQuery query;
    query.no = access->conversation.no;
    query.reader = caller;
    query.now = now;
    query.before = request.before;
    query.after = request.after;
    query.before_mseq = request.before_mseq;
    query.after_mseq = request.after_mseq;
    query.limit = limit + 1;  // one more tells whether there is more
    auto rows = storage.page(query);
    if (!rows) return rows.error();

    MessagePage page;
    page.conversation = request.conversation;
    page.has_more = rows->messages.size() > limit;
    if (page.has_more) {
        const bool upwards = request.after || request.after_mseq;
        rows->messages.erase(upwards ? rows->messages.begin() : rows->messages.end() - 1);
    }
    page.messages = to_messages(*std::move(rows));
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
