// Identifiers. Every kind of id is a type of its own around a 128-bit UUID (RFC 9562), so that a
// user can never be passed where a message is meant. Text form: canonical lower case; upper case is
// accepted when parsing.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace whispr {

/// 16 bytes in network order. A default-constructed one is the nil UUID.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    /// Parses the 8-4-4-4-12 form, either case. Nothing for any other text.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;
    /// The canonical lower-case form, 36 characters.
    [[nodiscard]] std::string to_string() const;
    /// Writes the 36 characters of the canonical form, without a terminator.
    void write(char* out) const noexcept;
    [[nodiscard]] bool is_nil() const noexcept { return *this == Uuid{}; }

    friend auto operator<=>(const Uuid&, const Uuid&) noexcept = default;
};

/// A UUID that names one kind of thing. Comparable, hashable, cheap to copy.
template <class Tag>
struct Id {
    Uuid uuid{};

    [[nodiscard]] static std::optional<Id> parse(std::string_view text) noexcept {
        if (const auto parsed = Uuid::parse(text)) return Id{*parsed};
        return std::nullopt;
    }
    [[nodiscard]] std::string to_string() const { return uuid.to_string(); }
    [[nodiscard]] bool is_nil() const noexcept { return uuid.is_nil(); }

    friend auto operator<=>(const Id&, const Id&) noexcept = default;
};

using UserId = Id<struct UserTag>;
using ConversationId = Id<struct ConversationTag>;
using MessageId = Id<struct MessageTag>;
using ReactionId = Id<struct ReactionTag>;
using PinId = Id<struct PinTag>;
using AttachmentId = Id<struct AttachmentTag>;
using DraftId = Id<struct DraftTag>;
using ScheduleId = Id<struct ScheduleTag>;
using ReportId = Id<struct ReportTag>;
using SanctionId = Id<struct SanctionTag>;
/// Chosen by a client when it queues a creation; recognises a repeat for ever.
using OpId = Id<struct OpTag>;

/// Dense number of a message within its conversation, from 1. Display order.
using Mseq = std::int64_t;
/// Dense number of a durable change within its conversation, from 1.
using Eseq = std::int64_t;
/// Dense number of a change that belongs to one user alone, from 1.
using Useq = std::int64_t;

/// The sender of system messages: the nil UUID.
inline constexpr UserId system_user{};

}  // namespace whispr

template <>
struct std::hash<whispr::Uuid> {
    std::size_t operator()(const whispr::Uuid& id) const noexcept {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        std::memcpy(&high, id.bytes.data(), 8);
        std::memcpy(&low, id.bytes.data() + 8, 8);
        return static_cast<std::size_t>(
            (high ^ (low * 0x9E3779B97F4A7C15ULL)) * 0xD6E8FEB86659FD93ULL >> 7);
    }
};

template <class Tag>
struct std::hash<whispr::Id<Tag>> {
    std::size_t operator()(const whispr::Id<Tag>& id) const noexcept {
        return std::hash<whispr::Uuid>{}(id.uuid);
    }
};
