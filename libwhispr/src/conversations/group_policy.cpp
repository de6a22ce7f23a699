#include "conversations/group_policy.hpp"

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <utility>

#include "conversations/conversation_rules.hpp"

namespace whispr {

namespace json = boost::json;

namespace {

constexpr std::string_view settings_key = "group_settings";
constexpr std::string_view message_permission = "message_permission";
constexpr std::string_view media_permission = "media_permission";
constexpr std::string_view add_members_permission = "add_members_permission";

json::string_view text(std::string_view from) {
    return {from.data(), from.size()};
}

// The least role that a permission names; nothing for other words.
std::optional<Role> least_role(std::string_view permission) {
    if (permission == "all_members") return Role::member;
    if (permission == "moderators_plus") return Role::moderator;
    if (permission == "admins_only") return Role::admin;
    return std::nullopt;
}

// A group's settings, read for one question. Most groups have none, so the parser runs only when
// the word occurs, and then on the stack unless there is much.
class GroupSettings {
 public:
    explicit GroupSettings(std::string_view metadata)
        : memory_(buffer_.data(), buffer_.size()), metadata_(parsed(metadata, &memory_)) {
        if (!metadata_.is_object()) return;
        found_ = metadata_.get_object().if_contains(text(settings_key));
        if (found_ != nullptr && found_->is_null()) found_ = nullptr;
    }

    /// Null when there are none.
    [[nodiscard]] const json::value* value() const noexcept { return found_; }
    /// Null when it is not set.
    [[nodiscard]] const json::value* permission(std::string_view key) const {
        if (found_ == nullptr || !found_->is_object()) return nullptr;
        const json::value* const set = found_->get_object().if_contains(text(key));
        return set != nullptr && !set->is_null() ? set : nullptr;
    }
    /// What the permission asks for; nothing when it is not set.
    [[nodiscard]] std::optional<Role> least_role_for(std::string_view key) const {
        const json::value* const set = permission(key);
        if (set == nullptr || !set->is_string()) return std::nullopt;
        return least_role({set->get_string().data(), set->get_string().size()});
    }

 private:
    static json::value parsed(std::string_view metadata, json::storage_ptr memory) {
        if (metadata.find(R"("group_settings")") == std::string_view::npos) return nullptr;
        json::error_code error;
        return json::parse(text(metadata), error, std::move(memory));
    }

    std::array<unsigned char, 4096> buffer_;
    json::monotonic_resource memory_;
    const json::value metadata_;  ///< null when it was not parsed
    const json::value* found_ = nullptr;
};

}  // namespace

std::optional<Error> refuse_by_policy(const ConversationEntry& conversation,
                                      const MemberRow& sender, MessageType type) {
    const bool asks = conversation.row.type == ConversationType::group && !manages_members(&sender);
    if (!asks) return std::nullopt;
    const GroupSettings settings(conversation.row.metadata);
    if (settings.value() == nullptr) return std::nullopt;
    const auto allows = [&](std::string_view key) {
        return sender.role >= settings.least_role_for(key).value_or(Role::member);
    };
    if (!allows(message_permission)) {
        return Error{Errc::forbidden, "the group's settings let others alone send messages", {}};
    }
    if (type == MessageType::media && !allows(media_permission)) {
        return Error{Errc::forbidden, "the group's settings let others alone send media", {}};
    }
    return std::nullopt;
}

bool may_add_members(const ConversationEntry& conversation, const MemberRow& member) {
    if (manages_members(&member)) return true;
    const GroupSettings settings(conversation.row.metadata);
    return member.role >= settings.least_role_for(add_members_permission).value_or(Role::admin);
}

bool same_policy(std::string_view before, std::string_view after) {
    const GroupSettings old(before);
    const GroupSettings changed(after);
    if (old.value() == nullptr || changed.value() == nullptr) {
        return old.value() == changed.value();
    }
    return *old.value() == *changed.value();
}

std::optional<FieldError> refuse_policy(std::string_view metadata) {
    const GroupSettings settings(metadata);
    if (settings.value() == nullptr) return std::nullopt;
    if (!settings.value()->is_object()) {
        return FieldError{"metadata", std::string(settings_key) + " is invalid"};
    }
    for (const auto key : {message_permission, media_permission, add_members_permission}) {
        if (settings.permission(key) != nullptr && !settings.least_role_for(key)) {
            return FieldError{"metadata",
                              std::string(settings_key) + "." + std::string(key) + " is invalid"};
        }
    }
    return std::nullopt;
}

}  // namespace whispr
