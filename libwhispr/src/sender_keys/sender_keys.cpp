#include "whispr/sender_keys.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void SenderKeys::list(const Caller&, Completion<std::vector<SenderKey>> done) {
    done(todo());
}
void SenderKeys::revoke(const Caller&, std::string, Completion<SenderKey> done) {
    done(todo());
}

}  // namespace whispr
