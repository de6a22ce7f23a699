#include "blob_store_contract.hpp"

#include <unistd.h>

#include <atomic>
#include <random>

namespace whispr::test {

BlobFolder::BlobFolder() {
    std::string name = std::filesystem::temp_directory_path() / "whispr-blobs-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
}

BlobFolder::~BlobFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void DirectoryBlobsUnderTest::reopen() {
    store_.reset();
    store_ = take(make_directory_blobs(path()));
}

StoredBlob BlobStoreUnderTest::put(const std::string& bytes) {
    const UploadId id = next_upload();
    take(store().begin(id, ""));
    const auto writer = take(store().open(id));
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t size = std::min<std::size_t>(100'000, bytes.size() - at);
        take(writer->append(at, bytes_of(bytes).subspan(at, size)));
        at += size;
    }
    return take(writer->finish());
}

UploadId next_upload() {
    static std::atomic<std::uint32_t> count{0};
    const std::uint32_t number = ++count;
    UploadId id;
    for (std::size_t i = 0; i < 4; ++i)
        id.uuid.bytes[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    return id;
}

std::string noise(std::size_t size, unsigned seed) {
    std::minstd_rand random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random() >> 7);
    return bytes;
}

std::string read_text(BlobReader& reader, std::uint64_t offset, std::size_t size) {
    std::string text(size, '\0');
    text.resize(take(reader.read(offset, std::as_writable_bytes(std::span(text)))));
    return text;
}

std::string whole(BlobStore& store, const BlobKey& key) {
    const auto reader = take(store.read(key));
    std::string text;
    while (true) {
        const std::string part = read_text(*reader, text.size(), 70'000);
        if (part.empty()) return text;
        text += part;
    }
}

}  // namespace whispr::test
