// /keys: with which keys the caller's devices have signed messages, and ending the use of one.
#include <array>

#include "edge/json/text.hpp"
#include "neighbours.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/sender_keys.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;
using whispr::SenderKey;

constexpr std::array wordings{HttpWording{Errc::not_found, 404, "Key not found"},
                              HttpWording{Errc::no_change, 422, "Key is already revoked"}};
constexpr HttpErrors errors{.wordings = wordings};

void write_optional(std::string& out, const std::optional<whispr::Time>& time) {
    if (time) {
        edge::json::write(out, *time);
    } else {
        out += "null";
    }
}

void write_key(std::string& out, const SenderKey& key) {
    out += R"({"publicKey":)";
    edge::json::write_text(out, key.public_key);
    out += R"(,"device":)";
    if (key.device.empty()) {
        out += "null";
    } else {
        edge::json::write_text(out, key.device);
    }
    out += R"(,"firstUsedAt":)";
    edge::json::write(out, key.first_used_at);
    out += R"(,"revokedAt":)";
    write_optional(out, key.revoked_at);
    out += '}';
}

void render_list(Call& call, const std::vector<SenderKey>& keys) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& key : keys) {
        if (out.back() != '[') out += ',';
        write_key(out, key);
    }
    out += R"(],"meta":{"count":)";
    edge::json::write_number(out, static_cast<std::int64_t>(keys.size()));
    out += "}}";
    call.answer(200, out);
}

void list(CallPtr call) {
    if (!admit(call)) return;
    auto& keys = call->service().engine.sender_keys();
    const whispr::Caller caller = *call->caller();
    keys.list(caller, answering<std::vector<SenderKey>>(std::move(call), errors, render_list));
}

// Whoever holds the key may hold a session, too: the user's other devices sign in again.
void render_revoked(Call& call, const SenderKey& key) {
    call.service().neighbours.sign_out({.user = call.caller()->user,
                                        .reason = "signing key revoked",
                                        .but_of = call.caller()->device});
    std::string& out = scratch();
    out += R"({"data":)";
    write_key(out, key);
    out += '}';
    call.answer(200, out);
}

void revoke(CallPtr call) {
    if (!admit(call)) return;
    auto& keys = call->service().engine.sender_keys();
    const whispr::Caller caller = *call->caller();
    std::string public_key = call->path(0);
    keys.revoke(caller, std::move(public_key),
                answering<SenderKey>(std::move(call), errors, render_revoked));
}

constexpr std::array routes{
    Route{"GET", "/keys", list},
    Route{"DELETE", "/keys/:public_key", revoke},
};

}  // namespace

std::span<const Route> sender_key_routes() {
    return routes;
}

}  // namespace whisprd::rest
