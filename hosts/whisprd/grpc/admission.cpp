#include "grpc/admission.hpp"

#include "edge/secret.hpp"
#include "meters.hpp"

namespace whisprd::rpc {

namespace {

constexpr std::string_view bearer = "Bearer ";

std::variant<Asker, Failure> asker_of(const edge::Authentication& who) {
    if (const auto* refusal = std::get_if<edge::Refusal>(&who)) return failure_of(*refusal);
    const auto& identity = std::get<edge::Identity>(who);
    const auto user = whispr::UserId::parse(identity.user_id);
    if (!user) return failure_of(edge::Refusal::malformed);
    Asker asker;
    asker.caller = {*user, identity.device_id.value_or("")};
    asker.expires_at = identity.expires_at;
    asker.by_token = identity.expires_at.has_value();
    return asker;
}

}  // namespace

std::string address_of(std::string_view peer) {
    std::string_view rest;
    if (peer.starts_with("ipv4:") || peer.starts_with("ipv6:")) rest = peer.substr(5);
    const std::size_t port = rest.rfind(':');
    if (port == std::string_view::npos) return {};
    rest = rest.substr(0, port);
    std::string address;
    // Brackets may be written as %5B and %5D.
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const auto escaped = rest.substr(i, 3);
        if (escaped == "%5B" || escaped == "%5D" || escaped == "%5b" || escaped == "%5d") {
            i += 2;
        } else if (rest[i] != '[' && rest[i] != ']') {
            address += rest[i];
        }
    }
    return address;
}

std::variant<Asker, Failure> admit_user(Service& service, const Presented& presented,
                                        bool counted) {
    if (service.dev_keys != nullptr && presented.forwarded) {
        return failure(edge::GrpcCode::permission_denied, "NOT_THIS_MACHINE",
                       "development mode answers this machine only");
    }
    const std::string peer = presented.user_id.empty() ? std::string() : address_of(presented.peer);
    const auto who = service.authenticator.authenticate(
        {presented.authorization, presented.user_id, peer}, std::chrono::system_clock::now());
    auto asker = asker_of(who);
    auto* const found = std::get_if<Asker>(&asker);
    if (found == nullptr || !counted) return asker;
    const auto verdict =
        service.limits.requests.take(found->caller.user, std::chrono::steady_clock::now());
    if (verdict.allowed) return asker;
    service.meters.rate_limited.add();
    return too_fast(verdict);
}

std::variant<Asker, Failure> admit_token(Service& service, std::string_view token) {
    if (token.starts_with(bearer)) token.remove_prefix(bearer.size());
    auto asker = asker_of(service.authenticator.authenticate_token(
        token, edge::TokenUse::rest, std::chrono::system_clock::now()));
    if (auto* const found = std::get_if<Asker>(&asker))
        found->key = service.authenticator.key_of(token);
    return asker;
}

std::optional<Failure> refuse_sibling(const Service& service, const Presented& presented) {
    if (service.config.internal_api_token.empty()) {
        return failure(edge::GrpcCode::unimplemented, "NO_SUCH_METHOD",
                       "this server has no internal calls");
    }
    const bool proven =
        presented.internal_token.size() == 1 &&
        edge::is_secret(presented.internal_token[0], service.config.internal_api_token);
    if (proven) return std::nullopt;
    return failure(edge::GrpcCode::unauthenticated, "INTERNAL_TOKEN_REFUSED",
                   "x-internal-token is missing or wrong");
}

}  // namespace whisprd::rpc
