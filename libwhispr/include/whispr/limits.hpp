// Every bound of the engine, with the reason for its value. Those in `Limits` may be changed when
// an engine is opened.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace whispr {

namespace limits {

/// Metadata of a message or conversation: room for link previews and group settings, small enough
/// to sit in a row.
inline constexpr std::size_t metadata_bytes = 16'384;
/// Nesting of metadata: what a form with nested groups needs; keeps every parser's stack small.
inline constexpr std::size_t metadata_depth = 8;
/// Group name in bytes: the number existing clients enforce.
inline constexpr std::size_t group_name_bytes = 100;
/// A user's own name for a conversation, in bytes.
inline constexpr std::size_t custom_name_bytes = 100;
/// A reaction in grapheme clusters: any emoji sequence, or a short word.
inline constexpr std::size_t reaction_graphemes = 10;
/// The same in bytes: ten of the longest emoji sequences; bounds the row whatever the graphemes are
/// made of.
inline constexpr std::size_t reaction_bytes = 350;
/// Different reactions on one message, and of one user on one message: what fits under a bubble.
inline constexpr std::size_t reactions_per_message = 50;
inline constexpr std::size_t reactions_per_user_and_message = 5;
/// Conversations that a user keeps at the top of the list: the number existing clients know.
inline constexpr std::size_t list_pins_per_user = 5;
/// Attachments of one message: what a gallery shows at once.
inline constexpr std::size_t attachments_per_message = 20;
/// Thumbnails of one file: a size for a list, a bubble, a screen, and one to spare.
inline constexpr std::size_t thumbnails_per_file = 4;
/// Blobs that one upload reserves: the file and its thumbnails.
inline constexpr std::size_t blobs_per_upload = 1 + thumbnails_per_file;
/// Texts of an attachment: a file name as file systems bound it, and a URL as browsers do.
inline constexpr std::size_t file_name_bytes = 255;
inline constexpr std::size_t url_bytes = 2'048;
inline constexpr std::size_t mime_type_bytes = 127;
/// An identifier that another service gave a file.
inline constexpr std::size_t media_id_bytes = 255;
/// Conversations that one message is forwarded to at once.
inline constexpr std::size_t forward_targets = 20;
/// Rows of drafts, schedules, reports and sanctions that a list holds when nothing else is said.
inline constexpr std::size_t list_rows = 20;
/// Free text of a report or a sanction, in bytes.
inline constexpr std::size_t reason_bytes = 4'096;
/// A search's text in bytes, and the words of it that count.
inline constexpr std::size_t search_bytes = 512;
inline constexpr std::size_t search_words = 16;
/// Offset into the results of a search; nobody pages further.
inline constexpr std::size_t search_offset = 1'000;
/// Public keys of one user: a device each, with those it had before.
inline constexpr std::size_t keys_per_user = 32;
/// Messages that are told when a client catches up; beyond, it reads pages.
inline constexpr std::size_t changes_told = 200;
/// Rows of one page; more is another page.
inline constexpr std::size_t page_rows = 100;
/// Unread is shown as a badge; counting stops here so that its price does not grow with history.
inline constexpr std::uint32_t unread_count = 1000;
/// Signature and public key texts (base64 of 64 and 32 bytes, with room for other schemes).
inline constexpr std::size_t signature_bytes = 512;
/// Members up to which delivery and reading are told per member; beyond, the status would cost
/// members squared.
inline constexpr std::size_t receipts_members = 64;
/// Members shown in the presence of a conversation with more than `receipts_members` members,
/// oneself included.
inline constexpr std::size_t presence_shown = 20;
/// Newly read messages told one by one; a client derives older ones from the reader's position.
inline constexpr std::size_t read_messages_told = 50;
/// Offset into a user's conversation list; nobody pages further than the number of conversations
/// allowed.
inline constexpr std::size_t conversations_per_user = 5000;

}  // namespace limits

/// Bounds and periods that an engine is opened with.
struct Limits {
    /// Content of a message in bytes: the number existing clients know.
    std::size_t content_bytes = 65'536;
    /// Members of a group: above, fan-out of one message costs more than a second of one core.
    std::size_t group_members = 5'000;
    /// A batch ends at the first of these: the size where a commit's fixed cost is below 1 % of the
    /// batch.
    std::size_t batch_commands = 512;
    std::size_t batch_bytes = 4'194'304;
    std::size_t batch_conversations = 64;
    /// Commands waiting in a lane: about a second of work; more is answered `overloaded` at once.
    std::size_t lane_queue = 16'384;
    /// Reads waiting for a reader thread, for the same reason.
    std::size_t reader_queue = 16'384;
    /// Reader threads with a storage connection each.
    std::size_t readers = 2;
    /// Conversations whose members a lane remembers.
    std::size_t member_cache_conversations = 20'000;
    /// A message may be edited this long after it was sent.
    std::chrono::seconds edit_window{86'400};
    /// A message may be deleted for everyone this long after it was sent.
    std::chrono::seconds delete_window{172'800};
    /// Silence after which a user stops being shown as typing.
    std::chrono::milliseconds typing_expiry{10'000};
    /// Reads of one member in one conversation are joined for this long: a client reads message by
    /// message.
    std::chrono::milliseconds receipt_coalescing{250};
    /// Presence changes of one conversation are joined for this long.
    std::chrono::milliseconds presence_coalescing{250};
    /// A repeated client_random with other content counts as a repeat this long, and as a new
    /// message after.
    std::chrono::hours client_random_window{24};
    /// Size of an attachment in bytes.
    std::int64_t attachment_bytes = 104'857'600;
    /// Bytes in the blob store that one user holds with uploads and attachments, what he holds
    /// twice counted once: what a phone's user sends in years.
    std::int64_t stored_bytes_per_user = 1'073'741'824;
    /// The same in blobs, thumbnails included: counting them stays a matter of a millisecond or
    /// two.
    std::size_t stored_blobs_per_user = 10'000;
    /// An upload that no message took by then is forgotten.
    std::chrono::seconds upload_lifetime{86'400};
    /// A blob that nobody refers to is kept this long: longer than any upload takes between its
    /// reservation and its row.
    std::chrono::seconds blob_grace{3'600};
    /// Pinned messages of one conversation: what fits above a chat.
    std::size_t pins_per_conversation = 10;
    /// A message is scheduled at least and at most this far ahead.
    std::chrono::seconds schedule_lead{60};
    std::chrono::seconds schedule_horizon{366 * 86'400};
    /// Pending scheduled messages of one user.
    std::size_t schedules_per_user = 50;
    /// A scheduled message that is later than this, after the server was down, is not sent.
    std::chrono::seconds schedule_overdue{86'400};
    /// Reports of one user within an hour, and how long one message is not reported again.
    std::size_t reports_per_hour = 5;
    std::chrono::seconds report_cooldown{86'400};
    /// Different users who report the same one within these days make the report reach a threshold.
    std::uint32_t mute_threshold = 3;
    std::uint32_t mute_threshold_days = 7;
    std::uint32_t ban_threshold = 5;
    std::uint32_t ban_threshold_days = 14;
    std::uint32_t review_threshold = 10;
    std::uint32_t review_threshold_days = 30;
};

}  // namespace whispr
