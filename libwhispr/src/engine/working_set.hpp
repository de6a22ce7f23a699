// What one batch works on: the locked conversations with everything that its commands named, as the
// earlier commands of the batch have left it. Rules read and change it; storage never sees it, only
// the change set that comes out.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/member_cache.hpp"
#include "whispr/events.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

/// A member's position and own state within a batch.
struct OwnEntry {
    PositionRow position;
    MembershipRow membership;
    bool position_changed = false;
    bool membership_changed = false;
    std::vector<MessageHead> newly_read;       ///< newest first
    std::vector<MessageHead> newly_delivered;  ///< newest first
};

struct MessageEntry {
    MessageRow row;
    bool created = false;
    bool changed = false;
    std::vector<ReactionRow> reactions;  ///< oldest first
    std::vector<ReactionRow> reactions_added;
    std::vector<ReactionRow> reactions_removed;
    bool reactions_cleared = false;
};

/// A conversation within a batch.
class ConversationEntry {
 public:
    ConversationRow row;
    bool created = false;
    bool changed = false;
    bool policy_changed = false;
    std::shared_ptr<const MemberList> members;
    std::vector<RowOf<MemberRow>> member_writes;

    /// The active member of that id, or null.
    [[nodiscard]] const MemberRow* active_member(UserId user) const noexcept;
    /// The member of that id, active or not, or null.
    [[nodiscard]] const MemberRow* member(UserId user) const noexcept;
    [[nodiscard]] OwnEntry* own(UserId user) noexcept;
    [[nodiscard]] MessageEntry* message(Mseq mseq) noexcept;

    /// Takes the next change number.
    Eseq next_eseq() noexcept {
        changed = true;
        return ++row.eseq;
    }
    /// Writes a member, new or not: takes a change number, sets counts and the member list.
    Eseq put_member(MemberRow member);

    std::map<Mseq, MessageEntry> messages;
    std::map<UserId, OwnEntry> owns;
    std::map<std::pair<UserId, OpId>, Mseq> by_op_id;
    std::map<std::pair<UserId, std::int64_t>, Mseq> by_client_random;
};

/// Rows of a concept that not every conversation has: as the batch's commands have left them, and
/// what that changes in storage. A command changes both.
template <class Loaded, class Changes>
struct ConceptRows {
    Loaded rows;
    Changes changes;
};

class WorkingSet {
 public:
    Time now;
    Events events;

    ConceptRows<LoadedPins, PinChanges> pins;
    ConceptRows<LoadedAttachments, AttachmentChanges> attachments;
    ConceptRows<LoadedDrafts, DraftChanges> drafts;
    ConceptRows<LoadedSchedules, ScheduleChanges> schedules;
    ConceptRows<LoadedModeration, ModerationChanges> moderation;
    ConceptRows<LoadedSenderKeys, SenderKeyChanges> sender_keys;
    ConceptRows<LoadedUploads, UploadChanges> uploads;
    SearchChanges search;
    std::map<UserId, std::size_t> list_pins;  ///< of the users that were named

    void take(Locked locked);
    /// Which members are missing after a look into the cache goes to `keys`.
    void take_members_from(const MemberCache& cache, LoadKeys& keys);
    void take(Loaded loaded);

    [[nodiscard]] ConversationEntry* conversation(ConversationId id) noexcept;
    [[nodiscard]] const ConversationEntry* conversation(ConversationId id) const noexcept;
    [[nodiscard]] ConversationEntry* by_pair(const UserPair& pair) noexcept;
    [[nodiscard]] const ConversationEntry* by_pair(const UserPair& pair) const noexcept;
    [[nodiscard]] ConversationEntry* by_group_op(UserId creator, OpId op) noexcept;
    [[nodiscard]] ConversationEntry* by_external_group(const Uuid& id) noexcept;

    ConversationEntry& create(ConversationRow row, std::vector<MemberRow> members);
    void create_pair(const UserPair& pair, ConversationId id);
    /// The user's next change number of own changes.
    Useq next_useq(UserId user);
    void hide_message(HiddenMessage hidden);
    /// Appends an event of the conversation, with its audience as it is now.
    void tell(const ConversationEntry& conversation, Eseq eseq, UserId actor, Event::What what);
    /// Appends an event for one user's own devices.
    void tell_user(const ConversationEntry& conversation, UserId user, Useq useq, Event::What what);
    /// Appends an event for the host alone, of a conversation or of none.
    void tell_host(ConversationId conversation, UserId actor, Event::What what);

    /// What storage must write; empty when nothing changed. Ends the working set's use.
    [[nodiscard]] std::optional<ChangeSet> changes();
    /// After the commit: the member lists that are valid now.
    void remember_members(MemberCache& cache) const;

 private:
    ConversationEntry* by_no(std::int64_t no) noexcept;

    std::map<ConversationId, ConversationEntry> conversations_;
    std::unordered_map<std::int64_t, ConversationEntry*> by_no_;
    std::map<UserPair, ConversationId> pairs_;
    std::vector<std::pair<UserPair, ConversationId>> pairs_created_;
    std::map<UserId, Useq> users_;
    std::map<UserId, Useq> users_changed_;
    std::vector<HiddenMessage> hidden_;
};

}  // namespace whispr
