#include "whispr/pins.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Pins::add(const Caller&, MessageId, Completion<Pin> done) {
    done(todo());
}
void Pins::remove(const Caller&, MessageId, Completion<Done> done) {
    done(todo());
}
void Pins::list(const Caller&, ConversationId, Completion<std::vector<PinnedMessage>> done) {
    done(todo());
}

}  // namespace whispr
