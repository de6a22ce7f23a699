// What storage keeps of bytes in the blob store: which blobs there are, who refers to them, and the
// uploads that no message has taken yet. A blob's row is the arbiter between a new reference and
// its removal: whoever does either holds the row until the commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "whispr/attachments.hpp"
#include "whispr/blob_key.hpp"
#include "whispr/ids.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// Key `upload.id`; an upload that is attached has none any more.
struct UploadRow {
    Upload upload{};
    std::optional<OpId> op_id{};  ///< unique with the owner where present
};

/// Key `key`. Written before the blob, and removed after it.
struct BlobRow {
    BlobKey key{};
    std::int64_t size = 0;
    Time reserved_until{};                 ///< not removed before
    std::optional<Time> removing_since{};  ///< its bytes may be gone already
};

/// Key (blob, holder). An upload keeps its references when it becomes an attachment: its id stays.
struct BlobRefRow {
    BlobKey blob{};
    AttachmentId holder{};
    UserId owner{};
    std::int64_t size = 0;
};

/// The blob may have lost its last reference then: it is to be looked at when the grace is over.
/// The same may be there several times.
struct BlobCheck {
    BlobKey blob{};
    Time since{};

    friend auto operator<=>(const BlobCheck&, const BlobCheck&) noexcept = default;
};

struct UploadKeys {
    std::vector<AttachmentId> of{};                 ///< these uploads, held until the commit
    std::vector<std::pair<UserId, OpId>> op_ids{};  ///< uploads of these operations
    std::vector<BlobKey> blobs{};                   ///< these blobs, held until the commit
    std::vector<UserId> usage_of{};                 ///< what these users hold
};
struct LoadedBlob {
    BlobRow row{};
    bool referred = false;  ///< there is a reference; looked up after the row was held
};
struct LoadedUploads {
    std::vector<UploadRow> of{};
    std::vector<LoadedBlob> blobs{};  ///< those that are there
    /// For every user that was named: the blobs held, each once, with their sizes.
    std::vector<std::pair<UserId, StoredUsage>> usage{};
};
/// Within each kind, removals come first.
struct UploadChanges {
    std::vector<AttachmentId> removed{};
    std::vector<UploadRow> created{};
    std::vector<BlobRow> blobs{};  ///< created or changed; each once, in key order
    std::vector<BlobKey> blobs_removed{};
    std::vector<BlobRefRow> released{};
    std::vector<BlobRefRow> held{};
    std::vector<BlobCheck> checks_done{};
    std::vector<BlobCheck> checks_added{};
};

class UploadReader {
 public:
    virtual ~UploadReader() = default;

    [[nodiscard]] virtual Result<std::optional<UploadRow>> upload(AttachmentId id) = 0;
    /// What the user holds.
    [[nodiscard]] virtual Result<StoredUsage> usage(UserId user) = 0;
    /// Uploads whose time is over, longest first.
    [[nodiscard]] virtual Result<std::vector<AttachmentId>> expired_uploads(Time now,
                                                                            std::size_t limit) = 0;
    /// Checks that are as old as this, oldest first.
    [[nodiscard]] virtual Result<std::vector<BlobCheck>> blob_checks(Time until,
                                                                     std::size_t limit) = 0;
};

}  // namespace whispr
