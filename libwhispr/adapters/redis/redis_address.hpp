// Where Redis is, as a URL says it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "whispr/result.hpp"

namespace whispr::redis {

struct Endpoint {
    std::string host;
    std::uint16_t port = 6379;
};

struct Address {
    std::vector<Endpoint> endpoints{};  ///< of the server, the Sentinels, or nodes of the cluster
    std::string master{};               ///< its name among the Sentinels; empty: there are none
    std::string user{};
    std::string password{};
    int database = 0;
    bool cluster = false;

    /// Without user and password.
    [[nodiscard]] std::string text() const;
};

/// Fails with invalid; the text holds no password.
[[nodiscard]] Result<Address> parse_address(std::string_view url);

/// Where a cluster's node says that a key is: from "MOVED 3999 10.0.0.1:6381". A host that it does
/// not know is its own, `asked`. Null: it says something else.
[[nodiscard]] std::optional<Endpoint> parse_moved(std::string_view answer, const Endpoint& asked);

}  // namespace whispr::redis
