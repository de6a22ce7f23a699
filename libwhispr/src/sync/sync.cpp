// A list longer than one page is read as of its first page: what changes while a device reads on is
// told by the mark of that one, with which the device goes on after the last.
#include "whispr/sync.hpp"

#include <algorithm>

#include "engine/core.hpp"
#include "sync/cursor.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

using Since = ChangedRows::Since;

/// In another history than that of the first page the rest of its list means nothing.
bool goes_on(const SyncCursor::Pages& pages, const ChangedRows& found) {
    return pages.upto.epoch == found.now.epoch && pages.upto.numbering == found.now.numbering &&
           pages.upto.number <= found.now.number && found.since != Since::elsewhere;
}

ChangedConversations to_answer(const SyncCursor& asked, ChangedRows found, std::size_t limit,
                               bool reconcile) {
    ChangedConversations answer;
    answer.useq = found.useq;
    answer.epoch = found.now.epoch;
    answer.complete = found.rows.size() <= limit;
    if (!answer.complete) found.rows.resize(limit);
    for (const ChangedRow& row : found.rows) {
        answer.conversations.push_back({.conversation = row.id,
                                        .active = row.active,
                                        .eseq = row.eseq,
                                        .mseq = row.mseq,
                                        .useq = row.last_useq});
    }
    answer.reconcile = reconcile || found.since == Since::elsewhere;
    const ChangeMark upto = asked.pages ? asked.pages->upto : found.now;
    if (answer.complete) {
        answer.cursor = to_text({.since = upto, .pages = {}});
        return answer;
    }
    const ChangedRow& last = found.rows.back();
    // What the list is of is known now: a mark of another history is not asked about again.
    const bool of_all = found.since != Since::followed;
    answer.cursor = to_text({.since = of_all ? std::nullopt : asked.since,
                             .pages = SyncCursor::Pages{.upto = upto,
                                                        .behind = {last.last_activity_at, last.id},
                                                        .reconcile = answer.reconcile}});
    return answer;
}

Result<ChangedConversations> read_changed(ReadStorage& storage, UserId user,
                                          const SyncCursor& asked, std::size_t limit,
                                          bool reconcile = false) {
    ChangedQuery query;
    query.user = user;
    query.since = asked.since;
    query.limit = limit;
    if (!asked.pages) {
        auto found = storage.changed(query);
        if (!found) return found.error();
        return to_answer(asked, *std::move(found), limit, reconcile);
    }
    query.behind = asked.pages->behind;
    auto found = storage.changed(query);
    if (!found) return found.error();
    reconcile = asked.pages->reconcile;
    if (goes_on(*asked.pages, *found)) return to_answer(asked, *std::move(found), limit, reconcile);
    // From the beginning. The first pages are of another history, which the mark of theirs says.
    return read_changed(storage, user, {.since = asked.pages->upto, .pages = {}}, limit, reconcile);
}

}  // namespace

void Sync::changed_conversations(const Caller& caller, std::string cursor, std::size_t limit,
                                 Completion<ChangedConversations> done) {
    const auto asked = cursor.empty() ? SyncCursor{} : to_cursor(cursor);
    if (!asked) return done(invalid_field("cursor", "is not one that was given"));
    core_.read(std::move(done),
               [user = caller.user, asked = *asked,
                limit = std::clamp<std::size_t>(limit, 1, limits::page_rows)](
                   ReadStorage& storage) { return read_changed(storage, user, asked, limit); });
}

}  // namespace whispr
