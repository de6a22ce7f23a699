// The public wire of a running whisprd as the scenarios use it: users, their tokens, conversations,
// socket targets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/server.hpp"
#include "token/token_mint.hpp"
#include "wire/http_message.hpp"

namespace load {

/// A stable UUID for the n-th invented user of a run.
[[nodiscard]] std::string user_id(std::uint64_t n);

class WhisprService {
 public:
    /// Gets one development token, whose key id and claims all others repeat, and reads the signing
    /// key. Without a readable key every token is asked for.
    WhisprService(const Setup& setup, const Server& server);

    [[nodiscard]] std::string token(const std::string& user) const;
    [[nodiscard]] Endpoint endpoint() const { return endpoint_; }
    /// The mint, if tokens are signed here.
    [[nodiscard]] const TokenMint* mint() const { return mint_ ? &*mint_ : nullptr; }

    /// The request target of a user's socket.
    [[nodiscard]] std::string socket_target(const std::string& user) const;

    /// Creates a group of `creator` and `others`; its id.
    [[nodiscard]] std::string create_group(const std::string& creator,
                                           const std::vector<std::string>& others) const;

    /// One conversation to be created; a direct one if it has two members.
    struct Plan {
        std::vector<std::string> members;  ///< the first one creates it
        bool group = false;
    };
    /// Creates many over several connections; ids in order.
    [[nodiscard]] std::vector<std::string> create_all(const std::vector<Plan>& plans) const;

    [[nodiscard]] HttpRequest creation(const Plan& plan) const;

 private:
    Endpoint endpoint_;
    std::optional<TokenMint> mint_;
};

}  // namespace load
