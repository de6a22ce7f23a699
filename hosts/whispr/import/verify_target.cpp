#include "import/verify_target.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace whispr_cli {

using namespace whispr;

namespace {

/// The first eight bytes of the SHA-256, in hexadecimal.
std::string digest(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    // OpenSSL reads bytes of any signedness.
    SHA256(static_cast<const unsigned char*>(static_cast<const void*>(bytes.data())), bytes.size(),
           hash.data());
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        text += digits[hash[i] >> 4];
        text += digits[hash[i] & 15];
    }
    return text;
}

// The parts of a line.
std::string part(std::string_view text) {
    return std::string(text);
}
std::string part(const char* text) {
    return text;
}
std::string part(bool flag) {
    return flag ? "1" : "0";
}
std::string part(std::int64_t number) {
    return std::to_string(number);
}
std::string part(const Uuid& id) {
    return id.to_string();
}
template <class Tag>
std::string part(const Id<Tag>& id) {
    return id.to_string();
}
std::string part(Time moment) {
    return moment == Time::max() ? "-" : std::to_string(moment.time_since_epoch().count());
}
template <class Value>
std::string part(const std::optional<Value>& value) {
    return value ? part(*value) : "-";
}

template <class... Parts>
std::string line(const char* kind, const Parts&... parts) {
    std::string text = kind;
    ((text += ' ', text += part(parts)), ...);
    return text;
}

std::string until(const std::optional<Time>& moment) {
    return moment == Time::max() ? "ever" : part(moment);
}

std::string message_line(const MessageRow& row, const PageRows& page) {
    std::optional<MessageId> answered;
    for (const MessageRow& other : page.replied) {
        if (row.reply_to_mseq == other.mseq) answered = other.id;
    }
    const auto second = std::chrono::floor<std::chrono::seconds>(row.sent_at);
    return line("message", row.mseq, row.id, row.sender, to_string(row.type),
                row.deleted ? "deleted" : "kept", std::int64_t{second.time_since_epoch().count()},
                digest(row.content), digest(row.metadata),
                digest(row.signature + ' ' + row.sender_public_key), row.client_random,
                row.edited_at, row.expires_at, answered);
}

/// The id of one of a page's messages.
std::string id_of(const PageRows& page, Mseq mseq) {
    for (const MessageRow& row : page.messages) {
        if (row.mseq == mseq) return row.id.to_string();
    }
    return "-";
}

}  // namespace

Result<bool> TargetAnswers::conversation(ConversationId id, Lines& lines) {
    const auto access = reader_.access(id, system_user);
    if (!access) return access.error();
    if (!*access) return false;
    row_ = (*access)->conversation;
    lines.push_back(line("conversation", to_string(row_.type), row_.active, row_.external_group_id,
                         digest(row_.metadata), row_.created_at, row_.updated_at,
                         std::int64_t{row_.member_count}, row_.mseq));
    return true;
}

Result<void> TargetAnswers::member(UserId user, Lines& lines) {
    const auto access = reader_.access(row_.id, user);
    if (!access) return access.error();
    if (!*access || !(*access)->member) return {};
    const MemberRow& member = *(*access)->member;
    const MemberSettings& own = (*access)->membership->settings;
    std::optional<std::int64_t> unread;
    if (member.active) {
        const auto count = reader_.unread(row_.no, user, now_);
        if (!count) return count.error();
        unread = *count;
    }
    lines.push_back(line("member", user, to_string(member.role), member.active, member.joined_at,
                         own.notifications, own.sound_enabled, own.desktop_notifications,
                         own.mobile_notifications, own.mention_notifications, own.muted, own.pinned,
                         own.archived, digest(own.custom_name.value_or("")),
                         until(member.muted_until), until(member.shadowed_until), unread));
    return {};
}

Result<void> TargetAnswers::messages(Mseq first, Mseq last, Lines& lines) {
    std::vector<Mseq> mseqs;
    for (Mseq mseq = first; mseq <= last; ++mseq)
        mseqs.push_back(mseq);
    const auto page = reader_.messages(row_.no, mseqs, system_user);
    if (!page) return page.error();
    for (const MessageRow& row : page->messages)
        lines.push_back(message_line(row, *page));
    for (const auto& [no, row] : page->reactions) {
        lines.push_back(line("reaction", id_of(*page, row.mseq), row.id, row.user, row.reaction,
                             row.created_at));
    }
    for (const auto& [no, row] : page->attachments) {
        lines.push_back(line(
            "attachment", id_of(*page, row.mseq), row.id, to_string(row.type), row.size,
            digest(row.file_name + ' ' + row.mime_type + ' ' + row.url + ' ' + row.thumbnail_url),
            digest(row.metadata), row.uploaded_at));
    }
    return {};
}

Result<void> TargetAnswers::hidden(MessageId message, UserId user, Lines& lines) {
    const auto place = reader_.locate({message});
    if (!place) return place.error();
    if (place->empty()) return {};
    const auto seen = reader_.messages(row_.no, {place->front().second.second}, user);
    if (!seen) return seen.error();
    if (seen->messages.empty()) lines.push_back(line("hidden", message, user));
    return {};
}

Result<void> TargetAnswers::pins(Lines& lines) {
    const auto pins = reader_.concepts().pins.pins(row_.no);
    if (!pins) return pins.error();
    if (pins->empty()) return {};
    std::vector<Mseq> mseqs;
    for (const PinRow& pin : *pins)
        mseqs.push_back(pin.mseq);
    const auto page = reader_.messages(row_.no, mseqs, system_user);
    if (!page) return page.error();
    for (const PinRow& pin : *pins) {
        lines.push_back(line("pin", id_of(*page, pin.mseq), pin.id, pin.pinned_by, pin.pinned_at));
    }
    return {};
}

Result<void> TargetAnswers::sanctions(Lines& lines) {
    const auto rows = reader_.concepts().moderation.sanctions(row_.no, now_);
    if (!rows) return rows.error();
    for (const SanctionRow& row : *rows) {
        lines.push_back(line("sanction", row.id, row.user, to_string(row.type), digest(row.reason),
                             row.issued_by, row.expires_at, row.created_at));
    }
    return {};
}

Result<void> TargetAnswers::draft(UserId user, Lines& lines) {
    const auto found = reader_.concepts().drafts.draft(row_.no, user);
    if (!found) return found.error();
    if (!*found) return {};
    const DraftRow& row = **found;
    lines.push_back(line("draft", row.id, row.user, digest(row.content), digest(row.metadata),
                         row.created_at, row.updated_at));
    return {};
}

Result<void> TargetAnswers::schedules(UserId sender, ScheduleStatus status, Lines& lines) {
    ScheduleQuery query{.sender = sender, .conversation = row_.id, .status = status};
    for (;;) {
        const auto rows = reader_.concepts().schedules.schedules(query);
        if (!rows) return rows.error();
        for (const auto& [conversation, row] : *rows) {
            lines.push_back(line("schedule", row.id, row.sender, to_string(row.type),
                                 to_string(row.status), digest(row.content), digest(row.metadata),
                                 row.scheduled_at, row.created_at, row.updated_at));
        }
        if (rows->size() < query.limit) return {};
        query.offset += rows->size();
    }
}

Result<void> TargetAnswers::report(ReportId id, Lines& lines) {
    const auto found = reader_.concepts().moderation.report(id);
    if (!found) return found.error();
    if (!*found) return {};
    const Report& row = **found;
    std::string resolution;
    if (row.resolution) {
        const UserId by = row.resolution->resolved_by;
        resolution = row.resolution->action + ' ' + (by.is_nil() ? "" : by.to_string()) + ' ' +
                     row.resolution->notes;
    }
    lines.push_back(line("report", row.id, row.reporter, row.reported, row.conversation,
                         row.message, to_string(row.category), to_string(row.status),
                         row.auto_escalated, digest(row.description), digest(row.evidence),
                         digest(resolution), row.created_at, row.updated_at));
    return {};
}

Result<void> TargetAnswers::sender_keys(UserId user, Lines& lines) {
    const auto keys = reader_.concepts().sender_keys.sender_keys(user);
    if (!keys) return keys.error();
    for (const SenderKey& key : *keys)
        lines.push_back(line("key", user, digest(key.public_key), key.first_used_at));
    return {};
}

}  // namespace whispr_cli
