// Attachments: the files that belong to messages. Their bytes are elsewhere: at a URL that another
// service gave, or in the blob store (whispr/ports/blob_store.hpp).
//
// From bytes to an attachment: the host stages them in the blob store; asks BlobWriter::digest for
// their key; `reserve`s it (with those of the thumbnails); finishes the blobs; and `store`s what it
// knows of them as an upload. A message takes the upload with `attach`; what no message takes is
// forgotten after Limits::upload_lifetime. Blobs that nobody refers to are removed by the engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"

namespace whispr {

class Core;

struct AddAttachment {
    MessageId message{};
    std::string media_id{};  ///< the id that another service gave the file; may be empty
    std::string file_name = "file";
    FileType type = FileType::image;
    std::int64_t size = 0;  ///< bytes, 1 to Limits::attachment_bytes
    std::string mime_type = "application/octet-stream";
    std::string url{};  ///< where the bytes are; not empty
    std::string thumbnail_url{};
    std::string metadata = "{}";  ///< JSON object text
    std::optional<OpId> op_id{};  ///< recognises a repeat
};

/// A file in the blob store that no message has taken yet. As an attachment it keeps its id.
struct Upload {
    AttachmentId id{};
    UserId owner{};
    std::string file_name{};
    FileType type = FileType::image;
    std::int64_t size = 0;  ///< bytes
    std::string mime_type{};
    std::string metadata = "{}";  ///< JSON object
    StoredFile file{};
    Time created_at{};
    Time expires_at{};  ///< forgotten then
};

struct ReserveBlobs {
    /// With their sizes in bytes; 1 to limits::blobs_per_upload.
    std::vector<std::pair<BlobKey, std::int64_t>> blobs{};
};

struct StoreUpload {
    std::string file_name = "file";
    FileType type = FileType::document;
    std::int64_t size = 0;  ///< bytes of the blob, 1 to Limits::attachment_bytes
    std::string mime_type = "application/octet-stream";  ///< by content, not by what was claimed
    std::string metadata = "{}";                         ///< JSON object text
    StoredFile file{};
    std::optional<OpId> op_id{};  ///< recognises a repeat until the upload is attached or forgotten
};

struct AttachUpload {
    MessageId message{};
    AttachmentId upload{};
};

/// Place in a gallery.
struct GalleryPlace {
    Mseq mseq = 0;
    AttachmentId attachment{};
};
struct ReadGallery {
    ConversationId conversation{};
    std::optional<FileType> type{};        ///< none: of all types
    std::optional<GalleryPlace> before{};  ///< the last item that is known; none: from the newest
    std::size_t limit = 50;                ///< 1 to limits::page_rows
};
struct GalleryItem {
    Attachment attachment{};
    Mseq mseq = 0;  ///< of its message
    UserId sender{};
    Time sent_at{};
};
struct Gallery {
    std::vector<GalleryItem> items{};  ///< by falling message number, then by falling id
    bool has_more = false;
};

/// What a user holds in the blob store with uploads and attachments; what is held twice counts
/// once.
struct StoredUsage {
    std::int64_t bytes = 0;
    std::int64_t blobs = 0;

    friend bool operator==(const StoredUsage&, const StoredUsage&) = default;
};

/// All members: any thread; answer as in Messages. A message's attachments come with it
/// (Message::attachments). Common failures: message_not_found, overloaded, unavailable (also: no
/// blob store was given to the engine), closed, internal.
class Attachments {
 public:
    explicit Attachments(Core& core) : core_(core) {}

    /// To one's own message that is not deleted. Fails with forbidden (not the sender), invalid
    /// (file_name, size, mime_type, url, thumbnail_url, media_id, metadata), limit_reached.
    void add(const Caller& caller, AddAttachment command, Completion<Attachment> done);
    /// From one's own message. Fails with not_found (also when the caller may not see the message),
    /// forbidden (not the sender).
    void remove(const Caller& caller, AttachmentId attachment, Completion<Attachment> done);
    /// Of a message that the caller may see. Fails with not_found.
    void show(const Caller& caller, AttachmentId attachment, Completion<Attachment> done);

    /// These blobs are about to be finished: none of them is removed for Limits::blob_grace. Fails
    /// with limit_reached (they would bring the user beyond his quota), stale (equal bytes are
    /// being removed at this moment: try again in a second), invalid (blobs, size).
    void reserve(const Caller& caller, ReserveBlobs command, Completion<Done> done);
    /// The blobs are stored: the caller has an upload. Fails with stale (they were not reserved, or
    /// too long ago: finish them again), limit_reached, invalid (file_name, size, mime_type,
    /// metadata, file).
    void store(const Caller& caller, StoreUpload command, Completion<Upload> done);
    /// One's own upload. Fails with not_found (another's, attached, or forgotten).
    void show_upload(const Caller& caller, AttachmentId upload, Completion<Upload> done);
    /// Forgets one's own upload. Fails with not_found.
    void discard(const Caller& caller, AttachmentId upload, Completion<Upload> done);
    /// Gives one's own upload to one's own message that is not deleted. Fails with not_found (the
    /// upload), forbidden (not the sender), limit_reached. A repeat answers what was attached.
    void attach(const Caller& caller, AttachUpload command, Completion<Attachment> done);

    /// Attachments of a conversation's messages, newest first; for members. Fails with
    /// conversation_not_found, not_a_member, invalid (limit).
    void gallery(const Caller& caller, ReadGallery query, Completion<Gallery> done);
    void usage(const Caller& caller, Completion<StoredUsage> done);

 private:
    Core& core_;
};

}  // namespace whispr
