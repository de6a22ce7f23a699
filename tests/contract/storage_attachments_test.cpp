#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

AttachmentRow attachment(Mseq mseq, std::uint64_t number, Time when) {
    return {.mseq = mseq,
            .id = id<AttachmentId>(number),
            .media_id = "media " + std::to_string(number),
            .file_name = "Übersicht \"1\".pdf",
            .type = FileType::document,
            .size = 104'857'600,
            .mime_type = "application/pdf",
            .url = "https://media/" + std::to_string(number),
            .metadata = R"({"pages":2})",
            .uploaded_at = when};
}

void attach(Store& store, const ConversationRow& row, const std::vector<AttachmentRow>& rows) {
    ChangeSet changes;
    for (const AttachmentRow& one : rows)
        changes.attachments.created.push_back({row.id, one, true});
    store.put({row}, changes);
}

/// As a lane sees those of one message.
std::vector<std::string> attached(Store& store, const ConversationRow& row, Mseq mseq) {
    store.begin({.conversations = {row.id}});
    LoadKeys keys;
    keys.attachments.of.push_back({row.no, mseq});
    std::vector<std::string> texts;
    for (const auto& [no, found] : store.load(keys).attachments.of) {
        CHECK(no == row.no);
        texts.push_back(text(found));
    }
    store.lane().rollback();
    return texts;
}

std::optional<AttachmentPlace> place(Store& store, std::uint64_t number) {
    return take(store.reader().concepts().attachments.attachment(id<AttachmentId>(number)));
}

std::vector<std::string> on_page(const PageRows& page) {
    std::vector<std::string> texts;
    for (const auto& [no, found] : page.attachments)
        texts.push_back(text(found));
    return texts;
}

}  // namespace

TEMPLATE_TEST_CASE("attachments are loaded whole and oldest first", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 2);
    AttachmentRow late = attachment(1, 1, at(9));
    late.op_id = id<OpId>(77);
    late.thumbnail_url = "https://media/small";
    const AttachmentRow early = attachment(1, 3, at(3));
    const AttachmentRow same_time = attachment(1, 2, at(3));
    const AttachmentRow elsewhere = attachment(2, 4, at(1));
    attach(store, row, {late, early, same_time, elsewhere});
    store.reopen();
    CHECK(attached(store, row, 1) == std::vector{text(same_time), text(early), text(late)});
    CHECK(attached(store, row, 2) == std::vector{text(elsewhere)});
    CHECK(attached(store, row, 3).empty());
}

TEMPLATE_TEST_CASE("an attachment's id leads to it", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow other = store.create(2, {user(1)});
    store.send_many(row, user(1), 1);
    store.send_many(other, user(1), 1);
    attach(store, row, {attachment(1, 1, at(1))});
    attach(store, other, {attachment(1, 2, at(1))});
    store.reopen();
    const auto found = place(store, 2);
    REQUIRE(found);
    CHECK(found->conversation == other.id);
    CHECK(found->no == other.no);
    CHECK(text(found->row) == text(attachment(1, 2, at(1))));
    CHECK(place(store, 1)->conversation == row.id);
    CHECK_FALSE(place(store, 3));
}

TEMPLATE_TEST_CASE("an attachment's id is there once", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 2);
    attach(store, row, {attachment(1, 1, at(1))});
    ChangeSet changes;
    changes.attachments.created = {{row.id, attachment(2, 1, at(2)), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    changes.attachments.created = {{row.id, attachment(2, 2, at(2)), true},
                                   {row.id, attachment(2, 2, at(3)), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    CHECK(attached(store, row, 2).empty());
}

TEMPLATE_TEST_CASE("attachments are cleared, then removed, then created", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 3);
    attach(store, row,
           {attachment(1, 1, at(1)), attachment(1, 2, at(1)), attachment(2, 3, at(1)),
            attachment(2, 4, at(1)), attachment(3, 5, at(1))});
    ChangeSet changes;
    changes.attachments.cleared = {{row.no, 1}};
    changes.attachments.removed = {{row.id, attachment(2, 3, at(1)), false},
                                   {row.id, attachment(3, 99, at(1)), false}};
    changes.attachments.created = {{row.id, attachment(1, 1, at(2)), true},
                                   {row.id, attachment(2, 3, at(2)), true}};
    store.put({row}, changes);
    store.reopen();
    CHECK(attached(store, row, 1) == std::vector{text(attachment(1, 1, at(2)))});
    CHECK(attached(store, row, 2) ==
          std::vector{text(attachment(2, 4, at(1))), text(attachment(2, 3, at(2)))});
    CHECK(attached(store, row, 3) == std::vector{text(attachment(3, 5, at(1)))});
    CHECK_FALSE(place(store, 2));
    CHECK(place(store, 3)->row.uploaded_at == at(2));
}

TEMPLATE_TEST_CASE("a page shows the attachments of its messages alone", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 6);
    std::vector<AttachmentRow> rows;
    for (Mseq mseq = 6; mseq >= 1; --mseq) {
        const auto number = static_cast<std::uint64_t>(mseq);
        rows.push_back(attachment(mseq, 20 + number, at(9)));
        rows.push_back(attachment(mseq, 10 + number, at(mseq)));
    }
    attach(store, row, rows);
    store.hide(row, user(2), 4);
    std::vector<std::string> wanted;
    for (const Mseq mseq : {3, 5, 6}) {
        const auto number = static_cast<std::uint64_t>(mseq);
        wanted.push_back(text(attachment(mseq, 10 + number, at(mseq))));
        wanted.push_back(text(attachment(mseq, 20 + number, at(9))));
    }
    for (const bool rising : {false, true}) {
        PageQuery query{.no = row.no, .reader = user(2), .now = at(0), .limit = 3};
        if (rising) query.after_mseq = 2;
        if (!rising) query.before_mseq = 7;
        CHECK(on_page(store.page(query)) == wanted);
    }
    // Named messages lie anywhere.
    const PageRows named = take(store.reader().messages(row.no, {6, 3, 4, 5}, user(2)));
    CHECK(on_page(named) == wanted);
    CHECK(named.attachments.front().first == row.no);
}

TEMPLATE_TEST_CASE("an attachment is written to a held conversation alone", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 1);
    ChangeSet changes;
    changes.attachments.created = {{row.id, attachment(1, 1, at(1)), true}};
    CHECK(store.refused({}, changes).code == Errc::internal);
    changes.attachments.created.clear();
    changes.attachments.cleared = {{row.no, 1}};
    CHECK(store.refused({}, changes).code == Errc::internal);
    CHECK(attached(store, row, 1).empty());
}
