// Files in the blob store: how they become attachments.
#include <catch2/catch.hpp>

#include "attachments/storing.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("an upload becomes an attachment of the same id", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "look");
    const Upload upload = on.uploaded(alice, "bytes");
    CHECK(upload.owner == alice);
    CHECK(upload.created_at == on.clock->now());
    CHECK(upload.expires_at == on.clock->now() + on.engine->limits().upload_lifetime);
    CHECK(on.show_upload(alice, upload.id).value().file == upload.file);
    CHECK(on.show_upload(bob, upload.id).error().code == Errc::not_found);
    CHECK(on.usage(alice) == StoredUsage{5, 1});
    on.sink->clear();

    const Attachment attached = on.attach(alice, message.id, upload.id).value();
    CHECK(attached.id == upload.id);
    CHECK(attached.message == message.id);
    CHECK(attached.file_name == "photo.png");
    CHECK(attached.size == 5);
    CHECK(attached.url.empty());
    REQUIRE(attached.file);
    CHECK(attached.file->blob == upload.file.blob);
    CHECK(attached.file->width == 640);
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<AttachmentAdded>(told[0].what).attachment.file == attached.file);
    const Message shown = on.show(bob, message.id).value();
    REQUIRE(shown.attachments.size() == 1);
    CHECK(shown.attachments[0].file == attached.file);

    // It is no upload any more, and a repeat attaches nothing.
    CHECK(on.show_upload(alice, upload.id).error().code == Errc::not_found);
    CHECK(on.attach(alice, message.id, upload.id).value().id == upload.id);
    CHECK(on.sink->all().size() == 1);
    const auto other = on.sent(alice, id, "again");
    CHECK(on.attach(alice, other.id, upload.id).error().code == Errc::not_found);
    CHECK(on.usage(alice) == StoredUsage{5, 1});
}

TEST_CASE("an upload is attached by its owner to his own message", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "mine");
    const Upload upload = on.uploaded(bob, "bytes");
    CHECK(on.attach(bob, message.id, upload.id).error().code == Errc::forbidden);
    CHECK(on.attach(alice, message.id, upload.id).error().code == Errc::not_found);
    CHECK(on.attach(carol, message.id, upload.id).error().code == Errc::message_not_found);
    CHECK(on.discard(alice, upload.id).error().code == Errc::not_found);
    CHECK(on.discard(bob, upload.id).value().id == upload.id);
    CHECK(on.discard(bob, upload.id).error().code == Errc::not_found);
    CHECK(on.usage(bob) == StoredUsage{0, 0});
}

TEST_CASE("what was not reserved is not stored", "[attachments]") {
    Storing on;
    const auto writer = on.stage("bytes");
    const BlobKey key = writer->digest().value();
    REQUIRE(writer->finish());
    const auto refused = on.store(alice, Storing::facts_of(key, "bytes")).error();
    CHECK(refused.code == Errc::stale);
    CHECK(refused.text.find("not reserved") != std::string::npos);
    CHECK(on.usage(alice) == StoredUsage{0, 0});
}

TEST_CASE("a repeated store is recognised", "[attachments]") {
    Storing on;
    const Upload first = on.uploaded(alice, "bytes");
    StoreUpload command = Storing::facts_of(first.file.blob, "bytes");
    command.op_id = OpId{numbered(5)};
    const Upload second = on.store(alice, command).value();
    CHECK(second.id != first.id);
    CHECK(on.store(alice, command).value().id == second.id);
    (void)on.reserve(bob, first.file.blob, 5).value();
    CHECK(on.store(bob, command).value().id != second.id);
    // The same bytes count once.
    CHECK(on.usage(alice) == StoredUsage{5, 1});
}

TEST_CASE("a quota ends reservations", "[attachments]") {
    Limits limits;
    limits.stored_bytes_per_user = 12;
    limits.stored_blobs_per_user = 3;
    Storing on(limits);
    (void)on.uploaded(alice, "12345");
    (void)on.uploaded(alice, "67890");
    CHECK(on.usage(alice) == StoredUsage{10, 2});
    BlobKey key;
    const auto refused = on.reserve(alice, key, 3).error();
    CHECK(refused.code == Errc::limit_reached);
    CHECK(refused.text.find("12 bytes") != std::string::npos);
    (void)on.reserve(bob, key, 3).value();
    (void)on.uploaded(alice, "x");
    CHECK(on.reserve(alice, key, 1).error().code == Errc::limit_reached);
}

TEST_CASE("what is wrong with a stored file is told by field", "[attachments]") {
    Storing on;
    const auto field_of = [&](auto change) {
        StoreUpload command = Storing::facts_of(BlobKey{}, "bytes");
        change(command);
        const auto refused = on.store(alice, command).error();
        CHECK(refused.code == Errc::invalid);
        return refused.fields.at(0).field;
    };
    const Thumbnail fine{BlobKey{}, "image/webp", 5, 10, 10};
    CHECK(field_of([](StoreUpload& c) { c.file_name = " "; }) == "filename");
    CHECK(field_of([](StoreUpload& c) { c.size = 0; }) == "size");
    CHECK(field_of([](StoreUpload& c) { c.mime_type = ""; }) == "mime_type");
    CHECK(field_of([](StoreUpload& c) { c.metadata = "[]"; }) == "metadata");
    CHECK(field_of([](StoreUpload& c) { c.file.width = -1; }) == "dimensions");
    CHECK(field_of([&](StoreUpload& c) { c.file.thumbnails.assign(5, fine); }) == "thumbnails");
    CHECK(field_of([&](StoreUpload& c) {
              c.file.thumbnails = {fine};
              c.file.thumbnails[0].mime_type = "image/png; a=b";
          }) == "thumbnails");
    CHECK(field_of([&](StoreUpload& c) {
              c.file.thumbnails = {fine};
              c.file.encrypted = true;
          }) == "thumbnails");
    CHECK(on.reserve(alice, BlobKey{}, 0).error().code == Errc::invalid);
}

TEST_CASE("an engine without a blob store keeps URLs alone", "[attachments]") {
    InlineEngine on;
    Answer<Done> reserved;
    on.engine->attachments().reserve({alice, {}}, {{{BlobKey{}, 1}}}, reserved.completion());
    CHECK(reserved.error().code == Errc::unavailable);
    Answer<Upload> stored;
    on.engine->attachments().store({alice, {}}, {}, stored.completion());
    CHECK(stored.error().code == Errc::unavailable);
}

TEST_CASE("copies of a forwarded message have its attachments", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto team = on.group(bob, {carol});
    const auto message = on.sent(alice, id, "look");
    const Upload upload = on.uploaded(alice, "bytes");
    (void)on.attach(alice, message.id, upload.id).value();
    AddAttachment elsewhere;
    elsewhere.message = message.id;
    elsewhere.size = 7;
    elsewhere.url = "https://media/1";
    Answer<Attachment> added;
    on.engine->attachments().add({alice, {}}, elsewhere, added.completion());
    (void)added.value();
    on.sink->clear();

    Answer<Forwarded> forwarded;
    on.engine->messages().forward({bob, {}}, {message.id, {team}, {}}, forwarded.completion());
    const Forwarded& answer = forwarded.value();
    const auto& copy = *answer.targets[0].sent.value().message;
    REQUIRE(copy.attachments.size() == 2);
    const Message shown = on.show(carol, copy.id).value();
    REQUIRE(shown.attachments.size() == 2);
    for (const Attachment& attachment : shown.attachments) {
        CHECK(attachment.message == copy.id);
        CHECK(attachment.id != upload.id);
        CHECK(attachment.id != added.value().id);
        CHECK((attachment.file.has_value() || attachment.url == "https://media/1"));
    }
    CHECK(on.usage(bob) == StoredUsage{5, 1});

    // The copy keeps the bytes when the original goes.
    DeleteMessage removal;
    removal.message = message.id;
    removal.for_everyone = true;
    REQUIRE(on.remove(alice, removal).result());
    on.pass_grace();
    CHECK(on.is_stored(upload.file.blob));
    removal.message = copy.id;
    REQUIRE(on.remove(bob, removal).result());
    on.pass_grace();
    CHECK_FALSE(on.is_stored(upload.file.blob));
}
