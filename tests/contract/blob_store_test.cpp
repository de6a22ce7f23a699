#include <sys/resource.h>

#include <algorithm>

#include "blob_store_contract.hpp"
#include "s3_server.hpp"

using namespace whispr;
using namespace whispr::test;

#define WHISPR_BLOB_STORES MemoryBlobsUnderTest, DirectoryBlobsUnderTest, S3BucketUnderTest

namespace {

// sha256sum knows them, too.
constexpr const char* hello_key =
    "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
constexpr const char* empty_key =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::vector<UploadId> ids_of(const std::vector<StagedUpload>& uploads) {
    std::vector<UploadId> ids;
    for (const StagedUpload& upload : uploads)
        ids.push_back(upload.id);
    return ids;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

long peak_kib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

}  // namespace

TEMPLATE_TEST_CASE("an upload grows, is finished, and is a blob then", "[blobs]",
                   WHISPR_BLOB_STORES) {
    TestType on;
    const UploadId id = next_upload();
    take(on.store().begin(id, "owner=1"));
    {
        const auto writer = take(on.store().open(id));
        CHECK(writer->size() == 0);
        take(writer->append(0, bytes_of("hello")));
        take(writer->append(5, bytes_of(" world")));
        CHECK(writer->size() == 11);
        const auto staged = take(on.store().upload(id));
        REQUIRE(staged);
        CHECK(staged->id == id);
        CHECK(staged->size == 11);
        CHECK(staged->note == "owner=1");
        CHECK(take(writer->digest()).to_string() == hello_key);
        const StoredBlob stored = take(writer->finish());
        CHECK(stored.key.to_string() == hello_key);
        CHECK(stored.size == 11);
        CHECK(writer->finish().error().code == Errc::closed);
        CHECK(writer->append(11, bytes_of("!")).error().code == Errc::closed);
    }
    CHECK_FALSE(take(on.store().upload(id)));
    CHECK(on.store().open(id).error().code == Errc::not_found);
    on.reopen();
    const BlobKey key = *BlobKey::parse(hello_key);
    CHECK(take(on.store().blob(key))->size == 11);
    const auto reader = take(on.store().read(key));
    CHECK(reader->size() == 11);
    CHECK(read_text(*reader, 0, 100) == "hello world");
    CHECK(read_text(*reader, 6, 3) == "wor");
    CHECK(read_text(*reader, 9, 100) == "ld");
    CHECK(read_text(*reader, 11, 100).empty());
    CHECK(read_text(*reader, 99, 100).empty());
}

TEMPLATE_TEST_CASE("an upload goes on where it was after a restart", "[blobs]",
                   WHISPR_BLOB_STORES) {
    TestType on;
    const UploadId id = next_upload();
    take(on.store().begin(id, "a note"));
    take(take(on.store().open(id))->append(0, bytes_of("hello ")));
    on.reopen();
    CHECK(take(on.store().upload(id))->note == "a note");
    const auto writer = take(on.store().open(id));
    CHECK(writer->size() == 6);
    take(writer->append(6, bytes_of("world")));
    CHECK(take(writer->finish()).key.to_string() == hello_key);
    CHECK(whole(on.store(), *BlobKey::parse(hello_key)) == "hello world");
}

TEMPLATE_TEST_CASE("an upload goes on at its end alone, and is cut where it was wrong", "[blobs]",
                   WHISPR_BLOB_STORES) {
    TestType on;
    const UploadId id = next_upload();
    take(on.store().begin(id, ""));
    const auto writer = take(on.store().open(id));
    take(writer->append(0, bytes_of("hello ")));
    CHECK(writer->append(5, bytes_of("x")).error().code == Errc::stale);
    CHECK(writer->append(7, bytes_of("x")).error().code == Errc::stale);
    CHECK(writer->size() == 6);
    // A part whose checksum is wrong is taken back, and comes again.
    take(writer->append(6, bytes_of("w0rld")));
    CHECK(take(writer->digest()).to_string() != hello_key);
    CHECK(writer->cut(12).error().code == Errc::stale);
    take(writer->cut(6));
    CHECK(writer->size() == 6);
    CHECK(take(on.store().upload(id))->size == 6);
    take(writer->append(6, bytes_of("world")));
    CHECK(take(writer->digest()).to_string() == hello_key);
    CHECK(take(writer->finish()).key.to_string() == hello_key);
}

TEMPLATE_TEST_CASE("an upload has one writer", "[blobs]", WHISPR_BLOB_STORES) {
    TestType on;
    const UploadId id = next_upload();
    take(on.store().begin(id, ""));
    auto writer = take(on.store().open(id));
    CHECK(on.store().open(id).error().code == Errc::already_exists);
    writer.reset();
    writer = take(on.store().open(id));
    take(on.store().drop(id));
    take(on.store().drop(id));
    CHECK(writer->append(0, bytes_of("x")).error().code == Errc::not_found);
    CHECK(writer->finish().error().code == Errc::not_found);
    CHECK_FALSE(take(on.store().upload(id)));
    CHECK(on.store().open(id).error().code == Errc::not_found);
}

TEMPLATE_TEST_CASE("an upload is begun once, with a note of some size", "[blobs]",
                   WHISPR_BLOB_STORES) {
    TestType on;
    const UploadId id = next_upload();
    const std::string longest = noise(BlobStore::note_bytes);
    CHECK(on.store().begin(id, longest + "x").error().code == Errc::invalid);
    CHECK_FALSE(take(on.store().upload(id)));
    take(on.store().begin(id, longest));
    CHECK(on.store().begin(id, "other").error().code == Errc::already_exists);
    CHECK(take(on.store().upload(id))->note == longest);
}

TEMPLATE_TEST_CASE("uploads and blobs are listed in order", "[blobs]", WHISPR_BLOB_STORES) {
    TestType on;
    CHECK(take(on.store().uploads({})).empty());
    CHECK(take(on.store().blobs({})).empty());
    std::vector<UploadId> ids;
    for (int i = 0; i < 4; ++i) {
        ids.push_back(next_upload());
        take(on.store().begin(ids.back(), "n"));
    }
    CHECK(ids_of(take(on.store().uploads({}))) == ids);
    CHECK(ids_of(take(on.store().uploads(ids[1]))) == std::vector<UploadId>{ids[2], ids[3]});
    CHECK(take(on.store().uploads(ids[3])).empty());

    std::vector<BlobKey> keys;
    for (const char* const text : {"a", "b", "c", "d", "e"})
        keys.push_back(on.put(text).key);
    std::sort(keys.begin(), keys.end());
    std::vector<BlobKey> found;
    for (const StoredBlob& blob : take(on.store().blobs({}))) {
        CHECK(blob.size == 1);
        CHECK(blob.stored_at == take(on.store().blob(blob.key))->stored_at);
        found.push_back(blob.key);
    }
    CHECK(found == keys);
    const auto rest = take(on.store().blobs(keys[2]));
    REQUIRE(rest.size() == 2);
    CHECK(rest[0].key == keys[3]);
    CHECK(take(on.store().blobs(keys[4])).empty());
}

TEMPLATE_TEST_CASE("a removed blob is gone", "[blobs]", WHISPR_BLOB_STORES) {
    TestType on;
    const BlobKey key = on.put("hello world").key;
    const auto reader = take(on.store().read(key));
    take(on.store().remove(key));
    take(on.store().remove(key));
    CHECK_FALSE(take(on.store().blob(key)));
    CHECK(on.store().read(key).error().code == Errc::not_found);
    if (on.readers_outlive_removal()) {
        CHECK(read_text(*reader, 0, 100) == "hello world");
    } else {
        std::string room(10, ' ');
        const auto read = reader->read(0, std::as_writable_bytes(std::span(room)));
        CHECK(read.error().code == Errc::not_found);
    }
    CHECK(on.put("hello world").key == key);
    CHECK(whole(on.store(), key) == "hello world");
}

TEMPLATE_TEST_CASE("equal bytes are stored once", "[blobs]", WHISPR_BLOB_STORES) {
    TestType on;
    const BlobKey key = on.put("hello world").key;
    CHECK(on.put("hello world").key == key);
    CHECK(take(on.store().blobs({})).size() == 1);
    CHECK(take(on.store().uploads({})).empty());
    CHECK(whole(on.store(), key) == "hello world");
}

TEMPLATE_TEST_CASE("a blob may be empty", "[blobs]", WHISPR_BLOB_STORES) {
    TestType on;
    const StoredBlob stored = on.put("");
    CHECK(stored.key.to_string() == empty_key);
    CHECK(stored.size == 0);
    CHECK(whole(on.store(), stored.key).empty());
}

TEMPLATE_TEST_CASE("a large blob comes back in any part, with little memory", "[blobs]",
                   WHISPR_BLOB_STORES) {
    TestType on;
    // More than two parts of an upload to S3.
    const std::string bytes = noise(20U << 20);
    const long before = peak_kib();
    const BlobKey key = on.put(bytes).key;
    CHECK((whole(on.store(), key) == bytes));
    const auto reader = take(on.store().read(key));
    CHECK(reader->size() == bytes.size());
    for (const std::size_t at : {std::size_t{0}, std::size_t{8U << 20} - 3, bytes.size() - 10}) {
        CHECK((read_text(*reader, at, 300'000) == bytes.substr(at, 300'000)));
    }
    // `whole` doubles one copy of the bytes; the store adds nothing of that size. A sanitizer keeps
    // what was freed.
    if (!sanitized && !std::is_same_v<TestType, MemoryBlobsUnderTest>) {
        CHECK(peak_kib() - before < 3 * static_cast<long>(bytes.size() >> 10));
    }
}

TEMPLATE_TEST_CASE("a link lasts some time", "[blobs]", WHISPR_BLOB_STORES) {
    TestType on;
    const BlobKey key = on.put("hello").key;
    const auto link = take(on.store().link(key, {}));
    CHECK(link.has_value() == (std::is_same_v<TestType, S3BucketUnderTest>));
    if (!link) return;
    CHECK(on.store().link(key, {.lifetime = std::chrono::seconds(0)}).error().code ==
          Errc::invalid);
    CHECK(on.store().link(key, {.lifetime = std::chrono::days(8)}).error().code == Errc::invalid);
}
