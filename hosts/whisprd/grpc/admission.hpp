// Who a gRPC call comes from.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "edge/jwks.hpp"
#include "grpc/failure.hpp"
#include "service.hpp"
#include "whispr/caller.hpp"

namespace whisprd::rpc {

// What a call presents. The views are read during the call only.
struct Presented {
    std::span<const std::string_view> authorization;
    std::span<const std::string_view> user_id;
    std::span<const std::string_view> internal_token;
    std::string_view peer;   // as gRPC writes it: "ipv4:127.0.0.1:50000"
    bool forwarded = false;  // it came through a proxy
};

struct Asker {
    whispr::Caller caller;
    // None when a trusted proxy named the user.
    std::optional<std::chrono::sys_seconds> expires_at;
    edge::KeyMark key{};
    // The caller's requests are counted against this one.
    bool by_token = false;
};

// A user, as REST finds it out; counts one request of that user when `counted`.
[[nodiscard]] std::variant<Asker, Failure> admit_user(Service& service, const Presented& presented,
                                                      bool counted);
// The same for a bare token of a connection that is open.
[[nodiscard]] std::variant<Asker, Failure> admit_token(Service& service, std::string_view token);
// A sibling service: nothing, or why not.
[[nodiscard]] std::optional<Failure> refuse_sibling(const Service& service,
                                                    const Presented& presented);

// The address in a peer's name; empty for one that is not of the internet.
[[nodiscard]] std::string address_of(std::string_view peer);

}  // namespace whisprd::rpc
