// What is left of a message that was deleted for everyone, or whose time was over: a tombstone
// without content. Whatever hangs on a message goes here, whoever ends it.
#pragma once

#include "engine/working_set.hpp"

namespace whispr {

/// Names what must be there when the message is buried.
void load_for_burial(const MessageKey& key, LoadKeys& keys);

/// Takes the message's content and all that hangs on it, and tells `what` (MessageDeleted or
/// MessageExpired) with the change it takes. Requires: loaded as above, not buried yet.
void bury_message(WorkingSet& set, ConversationEntry& conversation, MessageEntry& message,
                  UserId actor, Event::What what);

}  // namespace whispr
