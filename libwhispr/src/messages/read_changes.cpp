// What a client missed of a conversation: its messages in their present state, not the events.
#include <algorithm>

#include "conversations/conversation_rules.hpp"
#include "engine/core.hpp"
#include "messages/message_view.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

Result<MessageChanges> read_changes(ReadStorage& storage, UserId caller, ConversationId id,
                                    Eseq since, Time now) {
    const auto access = enter(storage, id, caller);
    if (!access) return access.error();
    MessageChanges changes;
    changes.conversation = id;
    changes.eseq = access->conversation.eseq;
    if (since == changes.eseq) return changes;
    if (since < 0 || since > changes.eseq) {
        // No change of this history has that number: what the client holds is of another one.
        changes.complete = false;
        return changes;
    }
    ChangesQuery query;
    query.no = access->conversation.no;
    query.reader = caller;
    query.now = now;
    query.since = since;
    query.limit = limits::changes_told;
    // Later than the number above, so it may hold more than that, but never less.
    auto rows = storage.changes(query);
    if (!rows) return rows.error();
    changes.complete = rows->complete;
    changes.hidden = std::move(rows->hidden);
    changes.messages = to_messages(std::move(rows->page));
    std::reverse(changes.messages.begin(), changes.messages.end());
    return changes;
}

}  // namespace

void Messages::changes(const Caller& caller, ConversationId conversation, Eseq since,
                       Completion<MessageChanges> done) {
    core_.read(std::move(done),
               [&core = core_, user = caller.user, conversation, since](ReadStorage& storage) {
                   return read_changes(storage, user, conversation, since, core.now());
               });
}

}  // namespace whispr
