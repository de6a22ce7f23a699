#include "rest/moderator_gate.hpp"

#include <memory>

#include "moderators.hpp"
#include "rest/reading.hpp"

namespace whisprd::rest {

namespace {

constexpr std::string_view only_moderators = "Admin or moderator role required";

}  // namespace

void with_role(CallPtr call, Then then) {
    whispr::Caller caller = *call->caller();
    const std::string authorization(call->presented_token());
    auto& moderators = call->service().moderators;
    net::IoThread& thread = call->thread();
    // Functions are copied, calls are not.
    const auto kept = std::make_shared<CallPtr>(std::move(call));
    moderators.ask(caller.user, authorization, std::chrono::steady_clock::now(),
                   [kept, caller, &thread, then = std::move(then)](bool moderator) mutable {
                       caller.moderator = moderator;
                       if (thread.is_current()) return then(std::move(*kept), caller);
                       thread.post([kept, caller, then]() { then(std::move(*kept), caller); });
                   });
}

void as_moderator(CallPtr call, Then then) {
    if (!admit(call)) return;
    with_role(std::move(call), [then = std::move(then)](CallPtr asked, const auto& caller) {
        if (!caller.moderator) return asked->refuse(edge::plain_error(403, only_moderators));
        then(std::move(asked), caller);
    });
}

}  // namespace whisprd::rest
