// The messages that a user has not read yet, over all conversations.
#pragma once

#include <string>
#include <vector>

#include "whispr/engine.hpp"

namespace whisprd::socket {

// Answers with at most 100 of them, conversation by conversation, those with the latest activity
// first.
void collect_unread(whispr::Engine& engine, const whispr::Caller& caller,
                    whispr::Completion<std::vector<whispr::Message>> done);

// {"unread_messages":[...]}
void write_unread(std::string& out, const std::vector<whispr::Message>& messages);

}  // namespace whisprd::socket
