// What storage keeps, row by row, as the engine's rules see it. A row knows nothing of databases
// but `no`, the local number that storage gives a conversation when it is first written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "whispr/conversations.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"
#include "whispr/time.hpp"

namespace whispr {

struct ConversationRow {
    std::int64_t no = 0;  ///< given by storage; 0 until first written
    ConversationId id{};
    ConversationType type = ConversationType::direct;
    bool active = true;
    std::optional<Uuid> external_group_id{};  ///< unique where present
    std::optional<OpId> op_id{};              ///< unique with created_by where present
    UserId created_by{};
    std::string metadata = "{}";
    Time created_at{};
    Time updated_at{};
    Time last_activity_at{};
    Time last_sent_at{};             ///< of the newest message; sent_at strictly increases
    Mseq mseq = 0;                   ///< newest message
    Eseq eseq = 0;                   ///< newest change
    Eseq members_eseq = 0;           ///< newest change of a membership
    Eseq policy_eseq = 0;            ///< newest change of this row's own fields
    Mseq floor_mseq = 0;             ///< history up to here was purged
    std::uint32_t member_count = 0;  ///< active ones
};

/// Shared by everyone: who belongs to a conversation. Key (conversation, user).
struct MemberRow {
    UserId user{};
    Role role = Role::member;
    bool active = true;
    Time joined_at{};
    Eseq last_eseq = 0;
    // Sanctions act here; Time::max() is for ever.
    std::optional<Time> muted_until{};     ///< may not send until then
    std::optional<Time> shadowed_until{};  ///< what he sends until then only he sees
};

/// How far a member has come. Key (conversation, user). Lives beside MemberRow, but moves without
/// an eseq.
struct PositionRow {
    UserId user{};
    Mseq read_mseq = 0;
    std::optional<Time> read_at{};
    Mseq shown_read_mseq = 0;  ///< what others are told of read_mseq; stays behind for the discreet
    Mseq delivered_mseq = 0;
    std::optional<Time> delivered_at{};
};

/// A member's own state, seen by that user alone. Key (user, conversation).
struct MembershipRow {
    UserId user{};
    bool active =
        true;  ///< MemberRow::active; storage keeps it so and ignores what is written here
    MemberSettings settings{};
    Mseq hidden_mseq =
        -1;  ///< hidden from lists while the newest message is not beyond this; -1: not hidden
    Mseq unread_from = 0;  ///< marked unread from this message on, whatever was read; 0: not marked
    Useq last_useq = 0;
};

/// Key (conversation, mseq); `id` leads to it.
struct MessageRow {
    ConversationId conversation{};
    Mseq mseq = 0;
    MessageId id{};
    Eseq last_eseq = 0;
    UserId sender{};
    MessageType type = MessageType::text;
    std::string content{};
    std::string metadata = "{}";
    Mseq reply_to_mseq = 0;  ///< 0: not a reply
    std::optional<std::int64_t> client_random{};
    std::optional<OpId> op_id{};
    Time sent_at{};
    Time updated_at{};
    std::optional<Time> edited_at{};
    std::optional<Time> expires_at{};
    bool deleted = false;
    bool shadowed = false;  ///< only its sender sees it
    std::string signature{};
    std::string sender_public_key{};
};

/// Key (conversation, mseq, user, reaction).
struct ReactionRow {
    Mseq mseq = 0;
    ReactionId id{};
    UserId user{};
    std::string reaction{};
    Time created_at{};
};

/// Key (conversation, mseq, id); `id` leads to it.
struct AttachmentRow {
    Mseq mseq = 0;
    AttachmentId id{};
    std::optional<OpId> op_id{};
    std::string media_id{};
    std::string file_name{};
    FileType type = FileType::image;
    std::int64_t size = 0;
    std::string mime_type{};
    std::string url{};
    std::string thumbnail_url{};
    std::string metadata = "{}";
    Time uploaded_at{};
    std::optional<StoredFile> file{};
};

// Keys within a conversation, which is meant by its row's `no`.
struct MemberKey {
    std::int64_t no = 0;
    UserId user{};

    friend auto operator<=>(const MemberKey&, const MemberKey&) noexcept = default;
};
struct MessageKey {
    std::int64_t no = 0;
    Mseq mseq = 0;

    friend auto operator<=>(const MessageKey&, const MessageKey&) noexcept = default;
};

/// A row that a batch writes.
template <class Row>
struct RowOf {
    ConversationId conversation{};
    Row row{};
    bool created = false;
};

}  // namespace whispr
