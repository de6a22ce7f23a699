// Conversations and their members: direct ones (exactly one per pair of users) and groups.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

enum class ConversationType : std::uint8_t { direct, group };
[[nodiscard]] std::string_view to_string(ConversationType type) noexcept;

enum class Role : std::uint8_t { member, moderator, admin, owner };
[[nodiscard]] std::string_view to_string(Role role) noexcept;
[[nodiscard]] std::optional<Role> parse_role(std::string_view text) noexcept;

struct Member {
    UserId user{};
    Role role = Role::member;
    Time joined_at{};
    bool active = true;
};

/// One user's own switches for one conversation.
struct MemberSettings {
    bool notifications = true;
    bool sound_enabled = true;
    bool desktop_notifications = true;
    bool mobile_notifications = true;
    bool mention_notifications = true;
    bool muted = false;
    std::optional<std::string> custom_name{};
    bool pinned = false;
    bool archived = false;

    friend bool operator==(const MemberSettings&, const MemberSettings&) = default;
};

/// A conversation as one member sees it.
struct Conversation {
    ConversationId id{};
    ConversationType type = ConversationType::direct;
    std::string metadata = "{}";  ///< JSON object, verbatim; a group's name is its string "name"
    std::optional<Uuid> external_group_id{};
    bool active = true;
    Time created_at{};
    Time updated_at{};        ///< last change of the conversation itself
    Time last_activity_at{};  ///< last message, or creation
    Mseq mseq = 0;            ///< newest message
    Eseq eseq = 0;            ///< newest change
    std::uint32_t member_count = 0;
    std::vector<Member> members{};  ///< active ones by joined_at; filled by create, show, update,
                                    ///< and for directs in lists
    MemberSettings settings{};      ///< the caller's
    Role role = Role::member;       ///< the caller's
    Mseq read_mseq = 0;             ///< the caller has read up to here
    std::uint32_t unread = 0;       ///< at most limits::unread_count
    std::optional<Message> last_message{};  ///< newest one that the caller may see; filled by list
};

struct CreateDirect {
    UserId other{};
    std::string metadata = "{}";
};

struct CreateGroup {
    std::string name{};
    std::vector<UserId> members{};  ///< the creator may be among them
    std::string metadata = "{}";    ///< `name` overrides its key "name"
    std::optional<Uuid> external_group_id{};
    std::optional<OpId> op_id{};
};

struct UpdateConversation {
    ConversationId conversation{};
    std::optional<std::string> name{};
    std::string
        metadata{};  ///< JSON object merged over the stored one, key by key; empty: unchanged
};

/// Only what is set is changed.
struct UpdateSettings {
    ConversationId conversation{};
    std::optional<bool> notifications{};
    std::optional<bool> sound_enabled{};
    std::optional<bool> desktop_notifications{};
    std::optional<bool> mobile_notifications{};
    std::optional<bool> mention_notifications{};
    std::optional<bool> muted{};
    std::optional<std::optional<std::string>> custom_name{};
};

struct ListConversations {
    std::optional<ConversationType> type{};
    bool include_archived = true;
    bool only_archived = false;
    std::size_t limit = 50;  ///< 1 to limits::page_rows
    std::size_t offset = 0;
};

struct ConversationList {
    std::vector<Conversation> conversations{};  ///< latest activity first
    bool has_more = false;
};

struct Removal {
    ConversationId conversation{};
    UserId user{};
    bool deactivated = false;  ///< deleted for everyone
};

/// All members: any thread; answer as in Messages. Common failures: conversation_not_found,
/// not_a_member, invalid, overloaded, unavailable, closed, internal.
class Conversations {
 public:
    explicit Conversations(Core& core) : core_(core) {}

    /// The conversation of the pair, created when there is none; one that was left is made active
    /// for both again. Fails with with_self, invalid (metadata).
    void create_direct(const Caller& caller, CreateDirect command, Completion<Conversation> done);
    /// Fails with invalid (fields metadata, members), already_exists (external_group_id),
    /// limit_reached.
    void create_group(const Caller& caller, CreateGroup command, Completion<Conversation> done);
    /// Any member may rename or merge metadata, but for a group's "group_settings": admins alone.
    /// Fails with invalid (metadata), forbidden.
    void update(const Caller& caller, UpdateConversation command, Completion<Conversation> done);
    /// Hides the conversation for the caller until its next message, or, when a group's admin asks
    /// for everyone, deactivates it. Fails with forbidden.
    void remove(const Caller& caller, ConversationId conversation, bool for_everyone,
                Completion<Removal> done);
    /// Adds a user to a group, or an earlier member again. Admins, and whom the group's policy
    /// allows it. Fails with forbidden, already_exists, invalid (direct conversations keep their
    /// two), limit_reached.
    void add_member(const Caller& caller, ConversationId conversation, UserId user,
                    Completion<Member> done);
    /// Removes a member (admins), or leaves (anyone). When the last admin goes, the
    /// longest-standing member is promoted. Removing somebody who has left already succeeds. Fails
    /// with member_not_found, forbidden.
    void remove_member(const Caller& caller, ConversationId conversation, UserId user,
                       Completion<Removal> done);
    /// Changes the caller's own switches. Fails with invalid (custom_name).
    void update_settings(const Caller& caller, UpdateSettings command,
                         Completion<MemberSettings> done);

    /// Keeps the conversation at the top of the caller's list, or not any more. Fails with
    /// no_change, limit_reached (limits::list_pins_per_user).
    void set_pinned(const Caller& caller, ConversationId conversation, bool pinned,
                    Completion<MemberSettings> done);
    /// Fails with no_change.
    void set_archived(const Caller& caller, ConversationId conversation, bool archived,
                      Completion<MemberSettings> done);
    /// Admins only, in groups. One's own role may be lowered, too; an admin must remain. The role
    /// that the member has already is success. Fails with member_not_found, forbidden,
    /// limit_reached (the last admin), invalid (role: owner cannot be given).
    void set_role(const Caller& caller, ConversationId conversation, UserId user, Role role,
                  Completion<Member> done);

    void list(const Caller& caller, ListConversations request, Completion<ConversationList> done);
    /// With members and the caller's own state.
    void show(const Caller& caller, ConversationId conversation, Completion<Conversation> done);

 private:
    Core& core_;
};

}  // namespace whispr
