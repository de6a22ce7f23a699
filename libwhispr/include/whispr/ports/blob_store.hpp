// The bytes of attachments. An *upload* is a staged file that grows by appending, survives a
// restart and is named by whoever began it; finished, it becomes a *blob*, which is named by the
// SHA-256 of its bytes and never changes. Memory is bounded whatever the size: nothing here holds
// more of a file than the caller's own buffer and 256 KiB. A new reference and the removal of a
// blob are kept apart by the engine, not here: ask BlobWriter::digest for the key, reserve it
// (Attachments::reserve), then finish.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "whispr/blob_key.hpp"
#include "whispr/ids.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

// Threads: a BlobStore from any, several at once, and several processes on one directory or bucket;
// a writer or reader from one thread at a time, any. Blocking: every call may wait for a disk or a
// network, up to minutes when that does not answer; never on I/O threads and never in a lane.
// Nothing throws. Failures of every method: unavailable (disk full, not reachable, access denied,
// no answer: the text says which, without secrets; nothing was done unless stated), internal (what
// was stored is damaged, a defect); further ones are named at the method.
namespace whispr {

/// Chosen at random by whoever begins the upload.
using UploadId = Id<struct UploadTag>;

/// What is known of an upload that is not finished.
struct StagedUpload {
    UploadId id{};
    std::uint64_t size = 0;  ///< bytes so far: the offset of the next append
    /// The caller's own words, as given to `begin`.
    std::string note{};
    Time changed_at{};  ///< when it was begun or last appended to, by the clock of the file system
};

struct StoredBlob {
    BlobKey key{};
    std::uint64_t size = 0;
    Time stored_at{};  ///< by the clock of the store; may be renewed when equal bytes are stored
};

/// An upload that is being written. While it exists, nobody else can open the upload, in no process
/// on the same file system. Destroying it leaves what was appended for the next who opens it; so
/// does the end of the process.
class BlobWriter {
 public:
    virtual ~BlobWriter() = default;

    /// Bytes so far. Does not block.
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    /// Appends at `offset`, which must be size(). After a failure size() is what it was. Fails with
    /// stale (another offset; the text names both).
    [[nodiscard]] virtual Result<void> append(std::uint64_t offset,
                                              std::span<const std::byte> bytes) = 0;
    /// Forgets what lies beyond `size`: of a part whose checksum was wrong. Fails with stale (more
    /// than there is).
    [[nodiscard]] virtual Result<void> cut(std::uint64_t size) = 0;
    /// The staged bytes as an open file, for looking into them with pread(2); -1 when they are not
    /// in a file. Valid as long as the writer; not to be written, moved or closed. Does not block.
    [[nodiscard]] virtual int file() const noexcept = 0;
    /// The SHA-256 of all bytes so far. Reads the staged file again when this writer has not seen
    /// all of it being appended.
    [[nodiscard]] virtual Result<BlobKey> digest() = 0;
    /// Makes the upload a blob: durable when this returns, also after a loss of power. The writer
    /// is at its end. Bytes that are stored already are stored once. After a failure the upload is
    /// there as before, and may be finished again; `closed` is answered after a success.
    [[nodiscard]] virtual Result<StoredBlob> finish() = 0;
};

/// A blob that is being read. It can be read to its end although it is removed meanwhile, but not
/// from an S3 store.
class BlobReader {
 public:
    virtual ~BlobReader() = default;

    /// Bytes of the blob. Does not block.
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    /// Fills `room` from `offset` on, and says how many bytes that were: fewer than asked only at
    /// the end of the blob, 0 at or beyond it. Reading on where the last call ended costs one
    /// request for all of it. Fails with not_found (removed meanwhile).
    [[nodiscard]] virtual Result<std::size_t> read(std::uint64_t offset,
                                                   std::span<std::byte> room) = 0;
    /// The blob as an open file for pread(2) and sendfile(2); -1 when it is not in a file. Valid as
    /// long as the reader; not to be moved or closed. Does not block.
    [[nodiscard]] virtual int file() const noexcept = 0;
};

/// How a link serves its blob.
struct BlobLink {
    std::chrono::seconds lifetime{300};  ///< 1 s to 7 days
    std::string content_type{};          ///< of the answer; empty: the store's own choice
    std::string content_disposition{};   ///< of the answer; empty: none
};

class BlobStore {
 public:
    /// Bytes of a note.
    static constexpr std::size_t note_bytes = 4'096;
    /// Rows of one page of a list.
    static constexpr std::size_t page_rows = 1'000;

    virtual ~BlobStore() = default;

    /// Begins an empty upload with the caller's own note (at most note_bytes, any bytes), which is
    /// durable with it. Fails with already_exists, invalid (the note is too long).
    [[nodiscard]] virtual Result<void> begin(UploadId id, const std::string& note) = 0;
    /// Opens an upload at its end. Fails with not_found (none, finished or dropped),
    /// already_exists (another writer has it open: try again later).
    [[nodiscard]] virtual Result<std::unique_ptr<BlobWriter>> open(UploadId id) = 0;
    /// What is known of an upload, open or not. Nothing: there is none.
    [[nodiscard]] virtual Result<std::optional<StagedUpload>> upload(UploadId id) = 0;
    /// Forgets an upload; also that there is none is a success. A writer that has it open fails
    /// with not_found from then on.
    [[nodiscard]] virtual Result<void> drop(UploadId id) = 0;
    /// Uploads in the order of their ids, from the one behind `after`; at most page_rows, and none
    /// when there are no more.
    [[nodiscard]] virtual Result<std::vector<StagedUpload>> uploads(
        std::optional<UploadId> after) = 0;

    /// Opens a blob. Fails with not_found.
    [[nodiscard]] virtual Result<std::unique_ptr<BlobReader>> read(const BlobKey& key) = 0;
    /// What is known of a blob. Nothing: there is none.
    [[nodiscard]] virtual Result<std::optional<StoredBlob>> blob(const BlobKey& key) = 0;
    /// Removes a blob; also that there is none is a success. Never while somebody may be storing
    /// the same bytes: the engine sees to that.
    [[nodiscard]] virtual Result<void> remove(const BlobKey& key) = 0;
    /// Blobs in the order of their keys, from the one behind `after`; at most page_rows, and none
    /// when there are no more.
    [[nodiscard]] virtual Result<std::vector<StoredBlob>> blobs(std::optional<BlobKey> after) = 0;
    /// A URL from which anybody can get the blob for a time, without us. Nothing: this store has no
    /// such links. Does not look whether the blob is there. Fails with invalid (lifetime).
    [[nodiscard]] virtual Result<std::optional<std::string>> link(const BlobKey& key,
                                                                  const BlobLink& link) = 0;
};

}  // namespace whispr
