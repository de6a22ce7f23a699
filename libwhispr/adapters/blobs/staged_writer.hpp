// Appends to a staged file and hashes what passes. What was written before it was opened is hashed
// when the hash is asked for.
#pragma once

#include <string>

#include "staging.hpp"

namespace whispr::blobs {

class StagedWriter final : public BlobWriter {
 public:
    /// The file is locked.
    StagedWriter(UploadId id, File file, std::string path, std::string note_path,
                 std::uint64_t size, Finish finish)
        : id_(id),
          file_(std::move(file)),
          path_(std::move(path)),
          note_path_(std::move(note_path)),
          size_(size),
          hashed_(size == 0),
          finish_(std::move(finish)) {}

    std::uint64_t size() const noexcept override { return size_; }
    Result<void> append(std::uint64_t offset, std::span<const std::byte> bytes) override;
    Result<void> cut(std::uint64_t size) override;
    int file() const noexcept override { return file_.get(); }
    Result<BlobKey> digest() override;
    Result<StoredBlob> finish() override;

 private:
    [[nodiscard]] Result<void> usable() const;

    const UploadId id_;
    File file_;
    const std::string path_;
    const std::string note_path_;
    std::uint64_t size_;
    Sha256 hash_;
    bool hashed_;  ///< `hash_` has seen all of it
    bool finished_ = false;
    const Finish finish_;
};

}  // namespace whispr::blobs
