// Uploads that are not finished, as files of one folder: ID.part holds the bytes, ID.note the
// caller's words. An upload is there when its .part is. A lock on the file (flock) keeps writers
// apart, in all processes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "files.hpp"
#include "sha256.hpp"
#include "whispr/ports/blob_store.hpp"

namespace whispr::blobs {

/// An upload at the moment when it becomes a blob.
struct Finishing {
    int file = -1;
    std::string path{};  ///< of the file, which the store may take away by renaming it
    std::uint64_t size = 0;
    BlobKey key{};
};
/// Makes a blob of it; what is left at the path afterwards is removed.
using Finish = std::function<Result<StoredBlob>(const Finishing&)>;

class Staging {
 public:
    /// The folder is there.
    Staging(std::string folder, Finish finish)
        : folder_(std::move(folder)), finish_(std::move(finish)) {}

    // As in BlobStore.
    [[nodiscard]] Result<void> begin(UploadId id, const std::string& note);
    [[nodiscard]] Result<std::unique_ptr<BlobWriter>> open(UploadId id);
    [[nodiscard]] Result<std::optional<StagedUpload>> upload(UploadId id);
    [[nodiscard]] Result<void> drop(UploadId id);
    [[nodiscard]] Result<std::vector<StagedUpload>> uploads(std::optional<UploadId> after);

 private:
    [[nodiscard]] std::string part_of(UploadId id) const;
    [[nodiscard]] std::string note_of(UploadId id) const;

    const std::string folder_;
    const Finish finish_;
};

}  // namespace whispr::blobs
