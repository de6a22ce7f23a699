#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

BlobKey blob(std::uint8_t number) {
    BlobKey key;
    key.bytes.fill(number);
    key.bytes[31] = 0;
    return key;
}

StoredFile file(std::uint8_t number) {
    StoredFile stored;
    stored.blob = blob(number);
    stored.width = 4'000;
    stored.height = 3'000;
    stored.thumbnails = {{blob(0xEE), "image/webp", 512, 64, 48},
                         {blob(0xFF), "image/png", 4'096, 640, 480}};
    return stored;
}

UploadRow upload(std::uint64_t number, UserId owner, Time expires) {
    UploadRow row;
    row.upload.id = id<AttachmentId>(number);
    row.upload.owner = owner;
    row.upload.file_name = "Übersicht \"1\".pdf";
    row.upload.type = FileType::document;
    row.upload.size = 104'857'600;
    row.upload.mime_type = "application/pdf";
    row.upload.metadata = R"({"pages":2})";
    row.upload.file = file(static_cast<std::uint8_t>(number));
    row.upload.created_at = at(1);
    row.upload.expires_at = expires;
    return row;
}

BlobRefRow ref(std::uint8_t number, std::uint64_t holder, UserId owner, std::int64_t size = 10) {
    return {blob(number), id<AttachmentId>(holder), owner, size};
}

LoadedUploads load(Store& store, const UploadKeys& wanted) {
    store.begin();
    LoadKeys keys;
    keys.uploads = wanted;
    LoadedUploads loaded = store.load(keys).uploads;
    store.lane().rollback();
    return loaded;
}

void put(Store& store, const UploadChanges& uploads) {
    ChangeSet changes;
    changes.uploads = uploads;
    store.put({}, changes);
}

Error refused(Store& store, const UploadChanges& uploads) {
    ChangeSet changes;
    changes.uploads = uploads;
    return store.refused({}, changes);
}

UploadReader& reader(Store& store) {
    return store.reader().concepts().uploads;
}

AttachmentRow attachment(Mseq mseq, std::uint64_t number, FileType type) {
    AttachmentRow row;
    row.mseq = mseq;
    row.id = id<AttachmentId>(number);
    row.type = type;
    row.size = 1;
    row.file_name = "f";
    row.mime_type = "m/t";
    row.uploaded_at = at(1);
    return row;
}

std::vector<std::uint64_t> numbers(const std::vector<GalleryRow>& rows) {
    std::vector<std::uint64_t> found;
    for (const GalleryRow& item : rows)
        found.push_back(item.row.id.uuid.bytes[15]);
    return found;
}

}  // namespace

TEMPLATE_TEST_CASE("uploads are stored whole", "[storage]", WHISPR_STORES) {
    TestType store;
    UploadRow first = upload(1, user(1), at(50));
    first.op_id = id<OpId>(7);
    UploadRow second = upload(2, user(2), at(40));
    second.upload.file.encrypted = true;
    second.upload.file.thumbnails.clear();
    put(store, {.created = {first, second}});
    store.reopen();
    const auto loaded =
        load(store, {.of = {id<AttachmentId>(1), id<AttachmentId>(2), id<AttachmentId>(3)}});
    REQUIRE(loaded.of.size() == 2);
    CHECK(text(loaded.of[0]) == text(first));
    CHECK(text(loaded.of[1]) == text(second));
    CHECK(text(*take(reader(store).upload(id<AttachmentId>(2)))) == text(second));
    CHECK_FALSE(take(reader(store).upload(id<AttachmentId>(3))));
    const auto by_operation =
        load(store,
             {.op_ids = {{user(1), id<OpId>(7)}, {user(2), id<OpId>(7)}, {user(1), id<OpId>(8)}}});
    REQUIRE(by_operation.of.size() == 1);
    CHECK(text(by_operation.of[0]) == text(first));

    using Ids = std::vector<AttachmentId>;
    CHECK(take(reader(store).expired_uploads(at(39), 9)).empty());
    CHECK(take(reader(store).expired_uploads(at(40), 9)) == Ids{id<AttachmentId>(2)});
    CHECK(take(reader(store).expired_uploads(at(60), 9)) ==
          Ids{id<AttachmentId>(2), id<AttachmentId>(1)});
    CHECK(take(reader(store).expired_uploads(at(60), 1)) == Ids{id<AttachmentId>(2)});

    put(store, {.removed = {id<AttachmentId>(2)}});
    CHECK_FALSE(take(reader(store).upload(id<AttachmentId>(2))));
}

TEMPLATE_TEST_CASE("an upload's id and operation are there once", "[storage]", WHISPR_STORES) {
    TestType store;
    UploadRow first = upload(1, user(1), at(50));
    first.op_id = id<OpId>(7);
    put(store, {.created = {first}});
    CHECK(refused(store, {.created = {upload(1, user(2), at(9))}}).code == Errc::already_exists);
    UploadRow same_operation = upload(2, user(1), at(50));
    same_operation.op_id = first.op_id;
    CHECK(refused(store, {.created = {same_operation}}).code == Errc::already_exists);
    same_operation.upload.owner = user(2);
    put(store, {.created = {same_operation}});
    // What another has taken meanwhile is not taken again.
    CHECK(refused(store, {.removed = {id<AttachmentId>(3)}}).code == Errc::internal);
}

TEMPLATE_TEST_CASE("a blob's row says who may have it, and whether anybody does", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    put(store, {.blobs = {{blob(1), 10, at(100), std::nullopt}, {blob(2), 20, at(5), at(7)}},
                .held = {ref(1, 11, user(1)), ref(1, 12, user(2))}});
    store.reopen();
    auto loaded = load(store, {.blobs = {blob(1), blob(2), blob(3)}}).blobs;
    REQUIRE(loaded.size() == 2);
    CHECK(loaded[0].row.key == blob(1));
    CHECK(loaded[0].row.size == 10);
    CHECK(loaded[0].row.reserved_until == at(100));
    CHECK_FALSE(loaded[0].row.removing_since);
    CHECK(loaded[0].referred);
    CHECK(loaded[1].row.key == blob(2));
    CHECK(loaded[1].row.removing_since == at(7));
    CHECK_FALSE(loaded[1].referred);

    put(store, {.blobs = {{blob(1), 10, at(200), at(9)}}, .released = {ref(1, 11, user(1))}});
    loaded = load(store, {.blobs = {blob(1)}}).blobs;
    CHECK(loaded[0].row.reserved_until == at(200));
    CHECK(loaded[0].row.removing_since == at(9));
    CHECK(loaded[0].referred);
    put(store, {.released = {ref(1, 12, user(2)), ref(9, 99, user(2))}});
    CHECK_FALSE(load(store, {.blobs = {blob(1)}}).blobs[0].referred);
    put(store, {.blobs_removed = {blob(1), blob(3)}});
    CHECK(load(store, {.blobs = {blob(1), blob(2)}}).blobs.size() == 1);
}

TEMPLATE_TEST_CASE("what a user holds twice counts once", "[storage]", WHISPR_STORES) {
    TestType store;
    put(store, {.held = {ref(1, 11, user(1), 100), ref(1, 12, user(1), 100), ref(2, 13, user(1), 7),
                         ref(1, 14, user(2), 100)}});
    // A repeat changes nothing.
    put(store, {.held = {ref(2, 13, user(1), 7)}});
    store.reopen();
    CHECK(take(reader(store).usage(user(1))) == StoredUsage{107, 2});
    CHECK(take(reader(store).usage(user(2))) == StoredUsage{100, 1});
    CHECK(take(reader(store).usage(user(3))) == StoredUsage{0, 0});
    const auto usage = load(store, {.usage_of = {user(1), user(3)}}).usage;
    REQUIRE(usage.size() == 2);
    CHECK(usage[0].first == user(1));
    CHECK(usage[0].second == StoredUsage{107, 2});
    CHECK(usage[1].second == StoredUsage{0, 0});
    put(store, {.released = {ref(1, 11, user(1))}});
    CHECK(take(reader(store).usage(user(1))) == StoredUsage{107, 2});
    put(store, {.released = {ref(1, 12, user(1))}});
    CHECK(take(reader(store).usage(user(1))) == StoredUsage{7, 1});
}

TEMPLATE_TEST_CASE("checks of blobs come by age", "[storage]", WHISPR_STORES) {
    TestType store;
    const BlobCheck early{blob(2), at(3)};
    const BlobCheck late{blob(1), at(9)};
    put(store, {.checks_added = {late, early, late}});
    store.reopen();
    using Checks = std::vector<BlobCheck>;
    CHECK(take(reader(store).blob_checks(at(2), 9)).empty());
    CHECK(take(reader(store).blob_checks(at(3), 9)) == Checks{early});
    CHECK(take(reader(store).blob_checks(at(9), 9)) == Checks{early, late});
    CHECK(take(reader(store).blob_checks(at(9), 1)) == Checks{early});
    put(store, {.checks_done = {early}, .checks_added = {{blob(2), at(8)}}});
    CHECK(take(reader(store).blob_checks(at(9), 9)) == Checks{{blob(2), at(8)}, late});
}

TEMPLATE_TEST_CASE("an attachment knows its stored file", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 1);
    AttachmentRow stored = attachment(1, 1, FileType::image);
    stored.file = file(9);
    stored.file->encrypted = true;
    ChangeSet changes;
    changes.attachments.created = {{row.id, stored, true},
                                   {row.id, attachment(1, 2, FileType::image), true}};
    store.put({row}, changes);
    store.reopen();
    CHECK(text(take(store.reader().concepts().attachments.attachment(id<AttachmentId>(1)))->row) ==
          text(stored));
    CHECK_FALSE(
        take(store.reader().concepts().attachments.attachment(id<AttachmentId>(2)))->row.file);
}

TEMPLATE_TEST_CASE("a gallery is read by type and place", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow other = store.create(2, {user(1), user(2)});
    store.send_many(row, user(1), 4);
    store.send_many(other, user(1), 1);
    store.send(row, user(1), {.expires_at = at(500)});
    store.send(row, user(1), {.shadowed = true});
    store.send(row, user(1), {.deleted = true});
    ChangeSet changes;
    const auto add = [&](Mseq mseq, std::uint64_t number, FileType type) {
        changes.attachments.created.push_back({row.id, attachment(mseq, number, type), true});
    };
    add(1, 1, FileType::image);
    add(1, 2, FileType::image);
    add(2, 3, FileType::video);
    add(3, 4, FileType::image);
    add(4, 5, FileType::image);
    add(5, 6, FileType::image);
    add(6, 7, FileType::image);
    add(7, 8, FileType::image);
    changes.attachments.created.push_back({other.id, attachment(1, 9, FileType::image), true});
    store.put({row, other}, changes);
    store.hide(row, user(2), 4);
    store.reopen();

    const auto read = [&](GalleryQuery query) {
        query.no = row.no;
        return take(store.reader().concepts().attachments.gallery(query));
    };
    using Numbers = std::vector<std::uint64_t>;
    CHECK(numbers(read({.reader = user(2), .now = at(499)})) == Numbers{6, 4, 3, 2, 1});
    CHECK(numbers(read({.reader = user(2), .now = at(500)})) == Numbers{4, 3, 2, 1});
    CHECK(numbers(read({.reader = user(1), .now = at(500)})) == Numbers{7, 5, 4, 3, 2, 1});
    const auto images = read({.reader = user(2), .now = at(500), .type = FileType::image});
    CHECK(numbers(images) == Numbers{4, 2, 1});
    CHECK(text(images[0].row) == text(attachment(3, 4, FileType::image)));
    const PageRows page = take(store.reader().messages(row.no, {3}, user(2)));
    CHECK(images[0].message == page.messages[0].id);
    CHECK(images[0].sender == user(1));
    CHECK(images[0].sent_at == page.messages[0].sent_at);
    CHECK(numbers(read({.reader = user(2), .now = at(500), .type = FileType::image, .limit = 2})) ==
          Numbers{4, 2});
    const std::pair<Mseq, AttachmentId> behind{1, id<AttachmentId>(2)};
    CHECK(numbers(read({.reader = user(2), .type = FileType::image, .before = behind})) ==
          Numbers{1});
    CHECK(numbers(read({.reader = user(2), .before = behind})) == Numbers{1});
    const std::pair<Mseq, AttachmentId> between{3, id<AttachmentId>(1)};
    CHECK(numbers(read({.reader = user(2), .before = between})) == Numbers{3, 2, 1});
    CHECK(numbers(read({.reader = user(2), .type = FileType::audio})).empty());
}
