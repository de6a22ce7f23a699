// When bytes that nobody refers to go, and that they go at no other time.
#include <catch2/catch.hpp>

#include "attachments/storing.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

DeleteMessage for_everyone(MessageId id) {
    DeleteMessage removal;
    removal.message = id;
    removal.for_everyone = true;
    return removal;
}

/// A message of alice with these bytes.
struct Sent1 {
    Message message;
    BlobKey key;
};
Sent1 attached(Storing& on, ConversationId id, const std::string& bytes) {
    const auto message = on.sent(alice, id, "look");
    const Upload upload = on.uploaded(alice, bytes);
    (void)on.attach(alice, message.id, upload.id).value();
    return {message, upload.file.blob};
}

}  // namespace

TEST_CASE("with its last message the bytes go, when the grace is over", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto first = attached(on, id, "bytes");
    const auto second = attached(on, id, "bytes");
    REQUIRE(on.remove(alice, for_everyone(first.message.id)).result());
    on.pass_grace();
    CHECK(on.is_stored(first.key));
    REQUIRE(on.remove(alice, for_everyone(second.message.id)).result());
    CHECK(on.usage(alice) == StoredUsage{0, 0});
    on.executor->advance(on.engine->limits().blob_grace - std::chrono::seconds(1));
    CHECK(on.is_stored(first.key));
    on.executor->advance(std::chrono::minutes(2));
    CHECK_FALSE(on.is_stored(first.key));
    CHECK(on.blobs->removals == 1);
    // And nothing is left to do.
    on.pass_grace();
    on.pass_grace();
    CHECK(on.blobs->removals == 1);
}

TEST_CASE("with its attachment, or its message's time, the bytes go", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    const Upload upload = on.uploaded(alice, "one");
    (void)on.attach(alice, message.id, upload.id).value();
    (void)on.detach(alice, upload.id).value();
    SendMessage command;
    command.conversation = id;
    command.content = "soon gone";
    command.ttl = std::chrono::seconds(60);
    const Message brief = *on.send(alice, std::move(command)).value().message;
    const Upload other = on.uploaded(alice, "two");
    (void)on.attach(alice, brief.id, other.id).value();
    on.executor->advance(std::chrono::minutes(2));
    CHECK(on.usage(alice) == StoredUsage{0, 0});
    on.pass_grace();
    CHECK_FALSE(on.is_stored(upload.file.blob));
    CHECK_FALSE(on.is_stored(other.file.blob));
}

TEST_CASE("an upload that no message takes expires with its thumbnails", "[attachments]") {
    Limits limits;
    limits.upload_lifetime = std::chrono::hours(2);
    Storing on(limits);
    const auto small = on.stage("small");
    const BlobKey small_key = small->digest().value();
    const auto large = on.stage("large one");
    const BlobKey large_key = large->digest().value();
    Answer<Done> reserved;
    on.engine->attachments().reserve({alice, {}}, {{{large_key, 9}, {small_key, 5}}},
                                     reserved.completion());
    (void)reserved.value();
    REQUIRE(small->finish());
    REQUIRE(large->finish());
    StoreUpload command = Storing::facts_of(large_key, "large one");
    command.file.thumbnails = {{small_key, "image/webp", 5, 64, 48}};
    const Upload upload = on.store(alice, command).value();
    CHECK(on.usage(alice) == StoredUsage{14, 2});
    on.executor->advance(std::chrono::hours(2) - std::chrono::seconds(1));
    CHECK(on.show_upload(alice, upload.id).result());
    CHECK(on.is_stored(small_key));
    on.executor->advance(std::chrono::minutes(2));
    CHECK_FALSE(on.show_upload(alice, upload.id).result());
    CHECK(on.usage(alice) == StoredUsage{0, 0});
    on.pass_grace();
    CHECK_FALSE(on.is_stored(small_key));
    CHECK_FALSE(on.is_stored(large_key));
}

TEST_CASE("an expired upload is not attached, though it was not forgotten yet", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "late");
    const Upload upload = on.uploaded(alice, "bytes");
    // The clock goes on, the engine has not looked.
    on.clock->advance(on.engine->limits().upload_lifetime);
    CHECK(on.attach(alice, message.id, upload.id).error().code == Errc::not_found);
    CHECK(on.show_upload(alice, upload.id).error().code == Errc::not_found);
}

TEST_CASE("a reservation that came to nothing leaves nothing", "[attachments]") {
    Storing on;
    const auto writer = on.stage("bytes");
    const BlobKey key = writer->digest().value();
    (void)on.reserve(alice, key, 5).value();
    REQUIRE(writer->finish());
    // The host ends here; its next life knows nothing of it.
    on.restart();
    on.executor->advance(on.engine->limits().blob_grace - std::chrono::seconds(1));
    CHECK(on.is_stored(key));
    on.pass_grace();
    CHECK_FALSE(on.is_stored(key));
    CHECK(on.store(alice, Storing::facts_of(key, "bytes")).error().code == Errc::stale);
}

TEST_CASE("a reservation keeps bytes that were about to go", "[attachments]") {
    Storing on;
    const Upload upload = on.uploaded(alice, "bytes");
    (void)on.discard(alice, upload.id).value();
    on.executor->advance(on.engine->limits().blob_grace - std::chrono::minutes(1));
    (void)on.reserve(bob, upload.file.blob, 5).value();
    on.executor->advance(std::chrono::minutes(30));
    CHECK(on.is_stored(upload.file.blob));
    const Upload again = on.store(bob, Storing::facts_of(upload.file.blob, "bytes")).value();
    on.pass_grace();
    on.pass_grace();
    CHECK(on.is_stored(again.file.blob));
}

TEST_CASE("while bytes are being removed they are not reserved, nor referred to", "[attachments]") {
    Storing on;
    const Upload upload = on.uploaded(alice, "bytes");
    const BlobKey key = upload.file.blob;
    (void)on.discard(alice, upload.id).value();
    // They come to the lane before it hears that the bytes are gone.
    std::optional<Answer<Done>> reserved;
    std::optional<Answer<Upload>> stored;
    on.blobs->before_removal = [&] {
        reserved.emplace(on.reserve(bob, key, 5));
        stored.emplace(on.store(bob, Storing::facts_of(key, "bytes")));
    };
    on.pass_grace();
    REQUIRE(reserved);
    CHECK(reserved->error().code == Errc::stale);
    CHECK(stored->error().code == Errc::stale);
    CHECK_FALSE(on.is_stored(key));
    on.blobs->before_removal = nullptr;
    CHECK(on.uploaded(bob, "bytes").file.blob == key);
    on.pass_grace();
    CHECK(on.is_stored(key));
}

TEST_CASE("a removal that fails is tried again, and holds nobody up for long", "[attachments]") {
    Storing on;
    const Upload upload = on.uploaded(alice, "bytes");
    const BlobKey key = upload.file.blob;
    (void)on.discard(alice, upload.id).value();
    on.blobs->broken = true;
    on.pass_grace();
    CHECK(on.blobs->removals == 1);
    CHECK(on.is_stored(key));
    CHECK(on.reserve(bob, key, 5).error().code == Errc::stale);
    const auto refused = on.store(bob, Storing::facts_of(key, "bytes")).error();
    CHECK(refused.code == Errc::stale);
    CHECK(refused.text.find("is being removed") != std::string::npos);
    SECTION("by the engine's next life") {
        on.restart();
        on.blobs->broken = false;
        on.pass_grace();
        CHECK(on.blobs->removals == 2);
        CHECK_FALSE(on.is_stored(key));
    }
    SECTION("unless somebody wants the same bytes") {
        on.executor->advance(std::chrono::minutes(5));
        const Upload again = on.uploaded(bob, "bytes");
        on.blobs->broken = false;
        on.pass_grace();
        on.pass_grace();
        CHECK(on.is_stored(again.file.blob));
        CHECK(on.usage(bob) == StoredUsage{5, 1});
    }
}

TEST_CASE("an upload that is not finished is dropped when nobody goes on with it",
          "[attachments]") {
    Storing on;
    const auto lifetime = on.engine->limits().upload_lifetime;
    const auto abandoned = on.stage("abandoned");
    const auto alive = on.stage("alive");
    on.executor->advance(lifetime - std::chrono::hours(1));
    REQUIRE(alive->append(5, std::as_bytes(std::span("!", 1))));
    CHECK(on.blobs->uploads({}).value().size() == 2);
    on.executor->advance(std::chrono::hours(3));
    const auto left = on.blobs->uploads({}).value();
    REQUIRE(left.size() == 1);
    CHECK(left[0].size == 6);
    CHECK(abandoned->digest().error().code == Errc::not_found);
}
