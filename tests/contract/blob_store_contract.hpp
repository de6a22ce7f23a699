// What every blob store must do, told as tests that run on each implementation.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/manual_clock.hpp"
#include "whispr/adapters/blob_stores.hpp"

namespace whispr::test {

/// A folder that is removed with everything in it.
class BlobFolder {
 public:
    BlobFolder();
    ~BlobFolder();
    BlobFolder(const BlobFolder&) = delete;
    BlobFolder& operator=(const BlobFolder&) = delete;

    [[nodiscard]] std::string path() const { return path_; }

 private:
    std::filesystem::path path_;
};

/// A store under test.
class BlobStoreUnderTest {
 public:
    virtual ~BlobStoreUnderTest() = default;

    BlobStore& store() { return *store_; }
    /// As a new process finds it.
    virtual void reopen() = 0;
    /// Whether a reader goes on when its blob is removed.
    [[nodiscard]] virtual bool readers_outlive_removal() const { return true; }

    /// Stores these bytes in pieces.
    StoredBlob put(const std::string& bytes);

 protected:
    std::shared_ptr<BlobStore> store_;
};

class MemoryBlobsUnderTest final : public BlobStoreUnderTest {
 public:
    MemoryBlobsUnderTest() { store_ = make_memory_blobs(std::make_shared<ManualClock>()); }
    /// Nothing lasts longer than the store.
    void reopen() override {}
};

class DirectoryBlobsUnderTest final : public BlobStoreUnderTest {
 public:
    DirectoryBlobsUnderTest() { DirectoryBlobsUnderTest::reopen(); }
    void reopen() override;
    [[nodiscard]] std::string path() const { return folder_.path() + "/made/by/itself"; }

 private:
    BlobFolder folder_;
};

/// The value, or the end of the test with the error's text.
template <class T>
T take(Result<T> result) {
    if (!result) FAIL(result.error().text);
    return *std::move(result);
}
inline void take(const Result<void>& result) {
    if (!result) FAIL(result.error().text);
}

/// Always another one.
[[nodiscard]] UploadId next_upload();
[[nodiscard]] inline std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
}
/// Bytes that look like no others, the same for the same seed.
[[nodiscard]] std::string noise(std::size_t size, unsigned seed = 1);
/// All from `offset` on, at most `size`.
[[nodiscard]] std::string read_text(BlobReader& reader, std::uint64_t offset, std::size_t size);
[[nodiscard]] std::string whole(BlobStore& store, const BlobKey& key);

}  // namespace whispr::test
