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
};

}  // namespace whispr
