// The attachments of a conversation, newest first.
#include "conversations/conversation_rules.hpp"
#include "engine/core.hpp"
#include "messages/message_view.hpp"
#include "whispr/attachments.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

Result<Gallery> read_gallery(ReadStorage& storage, UserId caller, const ReadGallery& asked,
                             Time now) {
    const auto access = enter(storage, asked.conversation, caller);
    if (!access) return access.error();
    if (asked.limit < 1 || asked.limit > limits::page_rows) {
        return invalid_field("limit", "must be 1 to " + std::to_string(limits::page_rows));
    }
    GalleryQuery query;
    query.no = access->conversation.no;
    query.reader = caller;
    query.now = now;
    query.type = asked.type;
    if (asked.before) query.before.emplace(asked.before->mseq, asked.before->attachment);
    // One more tells whether there is more.
    query.limit = asked.limit + 1;
    auto rows = storage.concepts().attachments.gallery(query);
    if (!rows) return rows.error();
    Gallery gallery;
    gallery.has_more = rows->size() > asked.limit;
    if (gallery.has_more) rows->pop_back();
    for (const GalleryRow& row : *rows) {
        gallery.items.push_back(
            {to_attachment(row.row, row.message), row.row.mseq, row.sender, row.sent_at});
    }
    return gallery;
}

}  // namespace

void Attachments::gallery(const Caller& caller, ReadGallery query, Completion<Gallery> done) {
    core_.read(std::move(done), [&core = core_, user = caller.user, query](ReadStorage& storage) {
        return read_gallery(storage, user, query, core.now());
    });
}

}  // namespace whispr
