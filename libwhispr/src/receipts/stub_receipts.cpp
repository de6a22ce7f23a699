#include "whispr/receipts.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Receipts::mark_unread(const Caller&, MarkUnread, Completion<Done> done) {
    done(todo());
}
void Receipts::of_message(const Caller&, MessageId, Completion<std::vector<MemberReceipt>> done) {
    done(todo());
}

}  // namespace whispr
