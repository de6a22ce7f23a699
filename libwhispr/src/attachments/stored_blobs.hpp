// Blobs, references and uploads within a batch. Whoever uses this has named the blobs in
// LoadKeys::uploads.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/working_set.hpp"
#include "whispr/attachments.hpp"
#include "whispr/limits.hpp"

namespace whispr {

/// The blobs of a file with their sizes: its own first, then those of its thumbnails.
[[nodiscard]] std::vector<std::pair<BlobKey, std::int64_t>> blobs_of(const StoredFile& file,
                                                                     std::int64_t size);

/// The blob as the batch has left it, or null.
[[nodiscard]] LoadedBlob* find_blob(WorkingSet& set, const BlobKey& key) noexcept;
/// Writes the blob's row.
void put_blob(WorkingSet& set, const BlobRow& row);

/// Nothing, or that one of these blobs cannot be referred to: it was not reserved, or is being
/// removed.
[[nodiscard]] std::optional<Error> refuse_references(
    WorkingSet& set, const std::vector<std::pair<BlobKey, std::int64_t>>& blobs);
/// Nothing, or that these blobs would bring the user beyond his quota. Requires: usage loaded.
[[nodiscard]] std::optional<Error> refuse_quota(
    const WorkingSet& set, UserId user, const std::vector<std::pair<BlobKey, std::int64_t>>& blobs,
    const Limits& limits);

/// `holder` refers to the file's blobs. Requires: not refused.
void hold_file(WorkingSet& set, AttachmentId holder, UserId owner, const StoredFile& file,
               std::int64_t size);
/// `holder` does not refer to them any more; they are looked at later. Nothing need be loaded.
void release_file(WorkingSet& set, AttachmentId holder, const StoredFile& file, std::int64_t size);

/// The upload as the batch has left it, or null.
[[nodiscard]] const UploadRow* find_upload(const WorkingSet& set, AttachmentId id) noexcept;
void put_upload(WorkingSet& set, UploadRow row);
/// Its references stay.
void take_upload(WorkingSet& set, AttachmentId id);

}  // namespace whispr
