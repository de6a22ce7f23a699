#include "whispr/search.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Search::messages(const Caller&, SearchMessages, Completion<MessagesFound> done) {
    done(todo());
}
void Search::conversations(const Caller&, SearchConversations,
                           Completion<std::vector<Conversation>> done) {
    done(todo());
}

}  // namespace whispr
