#include "socket/sign_out.hpp"

#include "socket/session.hpp"

namespace whisprd::socket {

namespace {

// Every receiver of our hubs is a session.
Session& session_of(edge::Receiver* receiver) {
    return *static_cast<Session*>(receiver);
}

}  // namespace

void sign_out(edge::SessionSink& sink, SignOut order) {
    sink.for_each_hub([order = std::move(order)](const edge::Hub& hub) {
        const auto* const user = hub.user(order.user);
        if (user == nullptr) return;
        for (auto* const receiver : user->receivers) {
            Session& session = session_of(receiver);
            const std::string& device = session.caller().device;
            const bool stays = (!order.but_of.empty() && device == order.but_of) ||
                               (!order.only_of.empty() && device != order.only_of);
            if (!stays) session.end(order.reason);
        }
    });
}

void sign_out_without_key(edge::SessionSink& sink, std::shared_ptr<const edge::KeySet> keys) {
    sink.for_each_hub([keys = std::move(keys)](const edge::Hub& hub) {
        for (const auto& [id, user] : hub.users()) {
            for (auto* const receiver : user.receivers) {
                Session& session = session_of(receiver);
                if (!keys->holds(session.key())) session.end("token key revoked");
            }
        }
    });
}

}  // namespace whisprd::socket
