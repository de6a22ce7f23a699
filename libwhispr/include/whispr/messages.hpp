// Messages: sending, editing, deleting, and reading history by page. A message has a dense number
// in its conversation (mseq), which is display order; every durable change of it takes the
// conversation's next change number (eseq).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/blob_key.hpp"
#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

enum class MessageType : std::uint8_t { text, media, system };
[[nodiscard]] std::string_view to_string(MessageType type) noexcept;
[[nodiscard]] std::optional<MessageType> parse_message_type(std::string_view text) noexcept;

/// How far a message has come, over all active recipients: the least of them decides.
enum class DeliveryStatus : std::uint8_t { sent, delivered, read };
[[nodiscard]] std::string_view to_string(DeliveryStatus status) noexcept;

struct Reaction {
    ReactionId id{};
    UserId user{};
    std::string reaction{};  ///< UTF-8
    Time created_at{};
};

enum class FileType : std::uint8_t { image, video, audio, document };
[[nodiscard]] std::string_view to_string(FileType type) noexcept;
/// "file" is a document, too.
[[nodiscard]] std::optional<FileType> parse_file_type(std::string_view text) noexcept;

/// A small picture of a file, in the blob store like the file itself.
struct Thumbnail {
    BlobKey blob{};
    std::string mime_type{};
    std::int64_t size = 0;  ///< bytes
    std::int32_t width = 0;
    std::int32_t height = 0;

    friend bool operator==(const Thumbnail&, const Thumbnail&) = default;
};

/// Bytes in the blob store, as an attachment refers to them.
struct StoredFile {
    BlobKey blob{};
    bool encrypted = false;  ///< by its client: nobody has looked into it, nobody may
    std::int32_t width = 0;  ///< pixels of an image or video; 0: not known
    std::int32_t height = 0;
    std::vector<Thumbnail> thumbnails{};  ///< at most limits::thumbnails_per_file, smallest first

    friend bool operator==(const StoredFile&, const StoredFile&) = default;
};

/// What a message knows of a file that belongs to it.
struct Attachment {
    AttachmentId id{};
    MessageId message{};
    std::string media_id{};  ///< the id that another service gave the file; may be empty
    std::string file_name{};
    FileType type = FileType::image;
    std::int64_t size = 0;  ///< bytes
    std::string mime_type{};
    std::string url{};
    std::string thumbnail_url{};  ///< empty: none
    std::string metadata = "{}";  ///< JSON object, verbatim
    Time uploaded_at{};
    std::optional<StoredFile> file{};  ///< none: the bytes are elsewhere, at `url`
};

/// What a reply shows of the message it answers.
struct ReplyPreview {
    MessageId id{};
    UserId sender{};
    std::string content{};  ///< empty when deleted
    MessageType type = MessageType::text;
    bool deleted = false;
};

/// A message as one reader sees it.
struct Message {
    MessageId id{};
    ConversationId conversation{};
    Mseq mseq = 0;
    Eseq eseq = 0;  ///< the last change of this message
    UserId sender{};
    MessageType type = MessageType::text;
    std::string content{};        ///< bytes as sent; empty when deleted
    std::string metadata = "{}";  ///< JSON object, verbatim
    std::optional<MessageId> reply_to{};
    std::optional<ReplyPreview> reply{};  ///< present when reply_to is
    std::optional<std::int64_t> client_random{};
    std::optional<OpId> op_id{};
    Time sent_at{};
    Time updated_at{};
    std::optional<Time> edited_at{};
    std::optional<Time> expires_at{};
    bool deleted = false;  ///< for everyone
    std::string signature{};
    std::string sender_public_key{};
    DeliveryStatus status = DeliveryStatus::sent;
    std::vector<Reaction> reactions{};      ///< oldest first
    std::vector<Attachment> attachments{};  ///< oldest first
};

struct SendMessage {
    ConversationId conversation{};
    MessageType type = MessageType::text;
    std::string content{};
    std::string metadata = "{}";  ///< JSON object text
    std::optional<std::int64_t> client_random{};
    std::optional<OpId> op_id{};
    std::optional<MessageId> reply_to{};
    std::optional<Time> expires_at{};
    std::optional<std::chrono::seconds>
        ttl{};  ///< expires that long after it is sent; expires_at wins
    std::string signature{};
    std::string sender_public_key{};
};

struct Sent {
    std::shared_ptr<const Message> message{};
    bool repeat = false;  ///< this was stored by an earlier send; nobody was told again
};

struct EditMessage {
    MessageId message{};
    /// The conversation the caller believes it is in; another one is answered `message_not_found`.
    std::optional<ConversationId> conversation{};
    std::string content{};
    std::string
        metadata{};  ///< JSON object merged over the stored one, key by key; empty: unchanged
    std::optional<Eseq> based_on{};  ///< refuses with `stale` when the message has changed since
};

struct DeleteMessage {
    MessageId message{};
    std::optional<ConversationId> conversation{};  ///< as in EditMessage
    bool for_everyone = false;
};

/// One page of history. Without a cursor: the newest messages.
struct PageRequest {
    ConversationId conversation{};
    std::optional<Time> before{};  ///< only older ones, exclusive
    std::optional<Time>
        after{};  ///< only newer ones, exclusive; the oldest of them first in line for the page
    std::optional<Mseq> before_mseq{};
    std::optional<Mseq> after_mseq{};
    /// The page with this message in its middle; other cursors are ignored then.
    std::optional<MessageId> around{};
    std::size_t limit = 50;  ///< 1 to limits::page_rows
};

struct MessagePage {
    ConversationId conversation{};
    std::vector<Message> messages{};  ///< newest first, whichever way was paged
    bool has_more = false;   ///< there are more in the direction that was asked for; around: older
    bool has_newer = false;  ///< around: there are newer ones, too
};

struct ForwardMessage {
    MessageId message{};
    std::vector<ConversationId> conversations{};  ///< 1 to limits::forward_targets
    /// Recognises a repeat: each target's send has an id derived from it.
    std::optional<OpId> op_id{};
};

/// What became of each target, in the order they were named.
struct Forwarded {
    struct Target {
        ConversationId conversation{};
        Result<Sent> sent;
    };
    std::vector<Target> targets{};
};

/// What a client missed of a conversation.
struct MessageChanges {
    ConversationId conversation{};
    Eseq eseq = 0;                    ///< the newest change there is
    std::vector<Message> messages{};  ///< in their present state, oldest first; tombstones too
    std::vector<MessageId> hidden{};  ///< changed ones that this caller may not see any more
    bool complete = true;  ///< false: there are more than are told; the client reads pages
};

/// All members: any thread; answer on an engine thread (or before the call returns with the inline
/// executor). Common failures: conversation_not_found, not_a_member, invalid, overloaded,
/// unavailable, closed, internal.
class Messages {
 public:
    explicit Messages(Core& core) : core_(core) {}

    /// Stores a message and tells the members. Sending again with the same op_id, or with the same
    /// client_random and content, gives the stored message. Fails with `invalid` (fields content,
    /// metadata, reply_to_id, expires_at, message_type, client_random).
    void send(const Caller& caller, SendMessage command, Completion<Sent> done);
    /// Replaces the content of one's own message. Fails with message_not_found, forbidden (not the
    /// sender), not_editable, stale, invalid.
    void edit(const Caller& caller, EditMessage command,
              Completion<std::shared_ptr<const Message>> done);
    /// Deletes for everyone (sender only, within the window; leaves a tombstone without content) or
    /// hides for the caller (any member, at any time, repeatable). Fails with message_not_found,
    /// forbidden, not_deletable.
    void remove(const Caller& caller, DeleteMessage command,
                Completion<std::shared_ptr<const Message>> done);
    /// One message that the caller may see, tombstones included.
    void show(const Caller& caller, MessageId message, Completion<Message> done);
    /// History, without what is deleted, expired or hidden for the caller.
    /// With `around`, fails with message_not_found where that message cannot be seen.
    void page(const Caller& caller, PageRequest request, Completion<MessagePage> done);
    /// Sends a copy into each conversation, marked in its metadata (forwarded, forwarded_from_id);
    /// the targets succeed or fail one by one. Fails with message_not_found, invalid
    /// (conversation_ids), forbidden (a system message).
    void forward(const Caller& caller, ForwardMessage command, Completion<Forwarded> done);
    /// Messages that were created or changed after change `since`, at most limits::changes_told.
    void changes(const Caller& caller, ConversationId conversation, Eseq since,
                 Completion<MessageChanges> done);

 private:
    Core& core_;
};

}  // namespace whispr
