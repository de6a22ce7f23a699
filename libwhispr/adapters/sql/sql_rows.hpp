// The rows of the port as columns of a SELECT: for each, the list of columns and what reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "connection.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr::sql {

/// The columns {conversation}, {member}, {position}, {membership}, {message}, {reaction}, {pin},
/// {attachment}, {upload} or {schedule} stands for; empty for another name. Tables go by the
/// aliases c, m, m, s, m, r, p, a, u and s; a schedule's row has the id of its conversation c.
/// {unread} is a column, too: what the user $user_id has not read, for c, m and s, as of $present
/// and no further than $max_unread.
[[nodiscard]] std::string_view row_columns(std::string_view name) noexcept;

/// Reads a row's columns from left to right.
class Columns {
 public:
    explicit Columns(const Row& row) noexcept : row_(row) {}

    [[nodiscard]] std::int64_t number() { return row_.number(at_++); }
    [[nodiscard]] bool boolean() { return number() != 0; }
    [[nodiscard]] Time time() { return Time{Time::duration{number()}}; }
    [[nodiscard]] std::string text() { return std::string{row_.data(at_++)}; }
    [[nodiscard]] Uuid uuid();
    [[nodiscard]] BlobKey blob_key();
    template <class Tag>
    void id(Id<Tag>& into) {
        into.uuid = uuid();
    }
    [[nodiscard]] bool next_is_null() const { return row_.null(at_); }
    void skip(int columns) noexcept { at_ += columns; }

    [[nodiscard]] std::optional<std::int64_t> optional_number() {
        if (skip_null()) return std::nullopt;
        return number();
    }
    [[nodiscard]] std::optional<Time> optional_time() {
        if (skip_null()) return std::nullopt;
        return time();
    }
    [[nodiscard]] std::optional<Uuid> optional_uuid() {
        if (skip_null()) return std::nullopt;
        return uuid();
    }

 private:
    bool skip_null() {
        if (!next_is_null()) return false;
        ++at_;
        return true;
    }

    const Row& row_;
    int at_ = 0;
};

/// How many columns they have, for those who skip them.
inline constexpr int conversation_columns = 18;
inline constexpr int member_columns = 12;
inline constexpr int membership_columns = 14;
inline constexpr int message_columns = 19;

[[nodiscard]] ConversationRow read_conversation(Columns& columns);
/// All but the user, who comes first in {member} and is shared by the two.
[[nodiscard]] std::pair<MemberRow, PositionRow> read_member(Columns& columns);
[[nodiscard]] PositionRow read_position(Columns& columns);
[[nodiscard]] MembershipRow read_membership(Columns& columns);
/// The row without its conversation, and the conversation's number.
[[nodiscard]] std::pair<std::int64_t, MessageRow> read_message(Columns& columns);
[[nodiscard]] std::pair<std::int64_t, ReactionRow> read_reaction(Columns& columns);
[[nodiscard]] std::pair<std::int64_t, PinRow> read_pin(Columns& columns);
[[nodiscard]] std::pair<std::int64_t, AttachmentRow> read_attachment(Columns& columns);

}  // namespace whispr::sql
