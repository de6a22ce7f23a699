#include "grpc/call.hpp"

#include "meters.hpp"
#include "rate_limits.hpp"

namespace whisprd::rpc {

Failure failure_for(const whispr::Error& error, Strangers strangers) {
    const bool hides = strangers == Strangers::find_nothing &&
                       (error.code == whispr::Errc::not_a_member ||
                        error.code == whispr::Errc::message_not_found ||
                        error.code == whispr::Errc::conversation_not_found);
    if (!hides) return failure_of(error);
    return failure_of(whispr::Error{whispr::Errc::message_not_found, {}, {}});
}

bool may_send(CallPtr& call, std::size_t messages) {
    const auto now = std::chrono::steady_clock::now();
    for (; messages > 0; --messages) {
        const auto verdict = call->service().limits.messages.take(call->caller().user, now);
        if (verdict.allowed) continue;
        call->service().meters.rate_limited.add();
        call->refuse(too_fast(verdict));
        call.reset();
        return false;
    }
    return true;
}

}  // namespace whisprd::rpc
