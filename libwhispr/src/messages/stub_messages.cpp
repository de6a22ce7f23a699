#include "whispr/messages.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Messages::forward(const Caller&, ForwardMessage, Completion<Forwarded> done) {
    done(todo());
}
void Messages::changes(const Caller&, ConversationId, Eseq, Completion<MessageChanges> done) {
    done(todo());
}

}  // namespace whispr
