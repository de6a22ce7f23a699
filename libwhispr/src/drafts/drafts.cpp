#include "whispr/drafts.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Drafts::save(const Caller&, SaveDraft, Completion<Draft> done) {
    done(todo());
}
void Drafts::show(const Caller&, ConversationId, Completion<Draft> done) {
    done(todo());
}
void Drafts::remove(const Caller&, DraftId, Completion<Done> done) {
    done(todo());
}

}  // namespace whispr
