#include "whispr/conversations.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Conversations::set_pinned(const Caller&, ConversationId, bool,
                               Completion<MemberSettings> done) {
    done(todo());
}
void Conversations::set_archived(const Caller&, ConversationId, bool,
                                 Completion<MemberSettings> done) {
    done(todo());
}
void Conversations::set_role(const Caller&, ConversationId, UserId, Role, Completion<Member> done) {
    done(todo());
}

}  // namespace whispr
