#include "row_text.hpp"

#include <algorithm>
#include <sstream>

namespace whispr::test {

namespace {

std::string piece(bool value) {
    return value ? "yes" : "no";
}
std::string piece(std::int64_t value) {
    return std::to_string(value);
}
std::string piece(std::uint32_t value) {
    return std::to_string(value);
}
std::string piece(const std::string& value) {
    std::string escaped = "'";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 32 && byte < 127) {
            escaped += c;
        } else {
            escaped += "\\" + std::to_string(byte);
        }
    }
    return escaped + "'";
}
std::string piece(Time value) {
    return std::to_string(value.time_since_epoch().count());
}
std::string piece(const Uuid& value) {
    return value.to_string().substr(24);
}
template <class Tag>
std::string piece(const Id<Tag>& value) {
    return piece(value.uuid);
}
template <class Enum>
requires std::is_enum_v<Enum> std::string piece(Enum value) {
    return std::to_string(static_cast<int>(value));
}
template <class T>
std::string piece(const std::optional<T>& value) {
    return value ? piece(*value) : "-";
}

template <class... Values>
std::string line(const char* name, const Values&... values) {
    std::string joined = name;
    ((joined += " " + piece(values)), ...);
    return joined;
}

template <class Items, class Function>
std::string lines(const Items& items, bool sorted, Function function) {
    std::vector<std::string> texts;
    for (const auto& item : items)
        texts.push_back("\n  " + function(item));
    if (sorted) std::sort(texts.begin(), texts.end());
    std::string joined;
    for (const std::string& item : texts)
        joined += item;
    return joined;
}

constexpr auto row_text = [](const auto& row) { return text(row); };
constexpr auto second_text = [](const auto& pair) { return text(pair.second); };

}  // namespace

std::string text(const ConversationRow& row) {
    return line("conversation", row.id, row.type, row.active, row.external_group_id, row.op_id,
                row.created_by, row.metadata, row.created_at, row.updated_at, row.last_activity_at,
                row.last_sent_at, row.mseq, row.eseq, row.members_eseq, row.policy_eseq,
                row.floor_mseq, row.member_count);
}

std::string text(const MemberRow& row) {
    return line("member", row.user, row.role, row.active, row.joined_at, row.last_eseq,
                row.muted_until, row.shadowed_until);
}

std::string text(const PositionRow& row) {
    return line("position", row.user, row.read_mseq, row.read_at, row.shown_read_mseq,
                row.delivered_mseq, row.delivered_at);
}

std::string text(const MembershipRow& row) {
    const MemberSettings& set = row.settings;
    return line("membership", row.user, row.active, set.notifications, set.sound_enabled,
                set.desktop_notifications, set.mobile_notifications, set.mention_notifications,
                set.muted, set.pinned, set.archived, set.custom_name, row.hidden_mseq,
                row.unread_from, row.last_useq);
}

std::string text(const MessageRow& row) {
    return line("message", row.conversation, row.mseq, row.id, row.last_eseq, row.sender, row.type,
                row.content, row.metadata, row.reply_to_mseq, row.client_random, row.op_id,
                row.sent_at, row.updated_at, row.edited_at, row.expires_at, row.deleted,
                row.shadowed, row.signature, row.sender_public_key);
}

std::string text(const ReactionRow& row) {
    return line("reaction", row.mseq, row.id, row.user, row.reaction, row.created_at);
}

std::string text(const PinRow& row) {
    return line("pin", row.mseq, row.id, row.pinned_by, row.pinned_at);
}

std::string text(const StoredFile& file) {
    std::string written = line("file", file.blob.to_string(), file.encrypted,
                               std::int64_t{file.width}, std::int64_t{file.height});
    for (const Thumbnail& one : file.thumbnails) {
        written += line("thumbnail", one.blob.to_string(), one.mime_type, one.size,
                        std::int64_t{one.width}, std::int64_t{one.height});
    }
    return written;
}

std::string text(const AttachmentRow& row) {
    return line("attachment", row.mseq, row.id, row.op_id, row.media_id, row.file_name, row.type,
                row.size, row.mime_type, row.url, row.thumbnail_url, row.metadata,
                row.uploaded_at) +
           (row.file ? text(*row.file) : "");
}

std::string text(const UploadRow& row) {
    const Upload& upload = row.upload;
    return line("upload", upload.id, upload.owner, row.op_id, upload.file_name, upload.type,
                upload.size, upload.mime_type, upload.metadata, upload.created_at,
                upload.expires_at) +
           text(upload.file);
}

std::string text(const Locked& locked) {
    return line("locked at", locked.now) + lines(locked.conversations, false, row_text) +
           lines(locked.pairs, true, [](const auto& pair) {
               return line("pair", pair.first.lo, pair.first.hi, pair.second);
           });
}

std::string text(const Loaded& loaded) {
    const auto head = [](const auto& pair) {
        return line("beyond", pair.first.user, pair.second.mseq, pair.second.id,
                    pair.second.sender);
    };
    return "loaded" + lines(loaded.members, true, second_text) +
           lines(loaded.own, true,
                 [](const OwnState& own) { return text(own.position) + text(own.membership); }) +
           lines(loaded.users, true,
                 [](const auto& pair) { return line("user", pair.first, pair.second); }) +
           lines(loaded.messages, true, row_text) + lines(loaded.reactions, true, second_text) +
           lines(loaded.pins.of, true, second_text) +
           lines(loaded.attachments.of, true, second_text) + lines(loaded.sends, true, row_text) +
           lines(loaded.newly_read, true, head) + lines(loaded.newly_delivered, true, head);
}

std::string text(const std::optional<Access>& access) {
    if (!access) return "no access";
    return text(access->conversation) + (access->member ? text(*access->member) : "-") +
           (access->membership ? text(*access->membership) : "-") +
           (access->position ? text(*access->position) : "-");
}

std::string text(const PageRows& page) {
    return "page" + lines(page.messages, false, row_text) + lines(page.replied, true, row_text) +
           lines(page.reactions, true, second_text) + lines(page.attachments, false, second_text) +
           lines(page.positions, true, row_text);
}

std::string text(const std::vector<ListedConversation>& list) {
    return "list" + lines(list, false, [](const ListedConversation& item) {
               return text(item.conversation) + text(item.member) + text(item.membership) +
                      text(item.position) + line(" unread", item.unread) +
                      (item.last_message ? text(*item.last_message) : " no message") +
                      lines(item.members, false, row_text) + lines(item.positions, false, row_text);
           });
}

}  // namespace whispr::test
