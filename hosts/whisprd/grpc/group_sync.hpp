// Makes the members of a group those that a sibling service names: the difference, one command
// after the other, each decided by the engine for the admin in whose name it is done.
#pragma once

#include <optional>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/engine.hpp"
#include "whispr/v1/admin.pb.h"

namespace whisprd::rpc {

struct WantedGroup {
    struct Member {
        whispr::UserId user;
        std::optional<whispr::Role> role;  // nothing: as it is
    };
    whispr::ConversationId conversation;
    std::vector<Member> members;
};

struct GroupSynced {
    std::vector<whispr::UserId> added;
    std::vector<whispr::UserId> removed;
    std::vector<whispr::UserId> changed;
};

// Fails with invalid.
[[nodiscard]] whispr::Result<WantedGroup> read_group(
    const whispr::v1::SyncGroupMembersRequest& request);

// Stops at the first command that fails; what was done stays. Requires: `engine` outlives it. Any
// thread.
void sync_group(whispr::Engine& engine, whispr::Caller admin, WantedGroup wanted,
                whispr::Completion<GroupSynced> done);

}  // namespace whisprd::rpc
