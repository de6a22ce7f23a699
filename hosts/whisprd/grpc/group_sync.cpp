#include "grpc/group_sync.hpp"

#include <algorithm>
#include <memory>

#include "proto/codec/conversations.hpp"

namespace whisprd::rpc {

namespace {

// Each answer begins the next command.
struct Sync {
    whispr::Engine& engine;
    whispr::Caller admin;
    WantedGroup wanted;
    whispr::Completion<GroupSynced> done;
    std::vector<whispr::UserId> to_add{};
    std::vector<whispr::UserId> to_remove{};
    std::vector<WantedGroup::Member> to_change{};
    GroupSynced synced{};

    using Ptr = std::shared_ptr<Sync>;

    void plan(const whispr::Conversation& found) {
        const auto role_of = [&](whispr::UserId user) -> std::optional<whispr::Role> {
            for (const auto& member : found.members) {
                if (member.user == user && member.active) return member.role;
            }
            return std::nullopt;
        };
        for (const auto& member : wanted.members) {
            const auto now = role_of(member.user);
            const bool known = std::find(to_add.begin(), to_add.end(), member.user) != to_add.end();
            if (!now && !known) to_add.push_back(member.user);
            const auto starts = now.value_or(whispr::Role::member);
            if (member.role && *member.role != starts) to_change.push_back(member);
        }
        for (const auto& member : found.members) {
            const bool stays =
                member.user == admin.user || !member.active ||
                std::any_of(wanted.members.begin(), wanted.members.end(),
                            [&](const auto& one) { return one.user == member.user; });
            if (!stays) to_remove.push_back(member.user);
        }
    }

    static void next(const Ptr& sync) {
        auto& conversations = sync->engine.conversations();
        if (!sync->to_add.empty()) {
            conversations.add_member(sync->admin, sync->wanted.conversation, sync->to_add.back(),
                                     [sync](const whispr::Result<whispr::Member>& added) {
                                         if (!added) return sync->done(added.error());
                                         sync->synced.added.push_back(sync->to_add.back());
                                         sync->to_add.pop_back();
                                         next(sync);
                                     });
        } else if (!sync->to_change.empty()) {
            conversations.set_role(sync->admin, sync->wanted.conversation,
                                   sync->to_change.back().user, *sync->to_change.back().role,
                                   [sync](const whispr::Result<whispr::Member>& changed) {
                                       if (!changed) return sync->done(changed.error());
                                       sync->synced.changed.push_back(sync->to_change.back().user);
                                       sync->to_change.pop_back();
                                       next(sync);
                                   });
        } else if (!sync->to_remove.empty()) {
            conversations.remove_member(sync->admin, sync->wanted.conversation,
                                        sync->to_remove.back(),
                                        [sync](const whispr::Result<whispr::Removal>& removed) {
                                            if (!removed) return sync->done(removed.error());
                                            sync->synced.removed.push_back(sync->to_remove.back());
                                            sync->to_remove.pop_back();
                                            next(sync);
                                        });
        } else {
            sync->done(std::move(sync->synced));
        }
    }
};

}  // namespace

whispr::Result<WantedGroup> read_group(const whispr::v1::SyncGroupMembersRequest& request) {
    whispr::codec::Fields fields;
    WantedGroup wanted;
    wanted.conversation =
        fields.id<whispr::ConversationId>("conversation_id", request.conversation_id());
    for (const auto& member : request.members()) {
        const auto user = fields.id<whispr::UserId>("members", member.user_id());
        const auto role = whispr::codec::decode(member.role());
        if (!role && member.role() != whispr::v1::ROLE_UNSPECIFIED)
            fields.wrong("members", "has a role that is none");
        wanted.members.push_back({user, role});
    }
    if (wanted.members.empty()) fields.wrong("members", "can't be blank");
    return fields.finish(std::move(wanted));
}

void sync_group(whispr::Engine& engine, whispr::Caller admin, WantedGroup wanted,
                whispr::Completion<GroupSynced> done) {
    const whispr::ConversationId conversation = wanted.conversation;
    const whispr::Caller caller = admin;
    const auto sync =
        std::make_shared<Sync>(Sync{engine, std::move(admin), std::move(wanted), std::move(done)});
    engine.conversations().show(caller, conversation,
                                [sync](const whispr::Result<whispr::Conversation>& found) {
                                    if (!found) return sync->done(found.error());
                                    sync->plan(*found);
                                    Sync::next(sync);
                                });
}

}  // namespace whisprd::rpc
