// Where Redis is, as a URL says it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "whispr/result.hpp"

namespace whispr::redis {

struct Endpoint {
    std::string host;
    std::uint16_t port = 6379;
};

struct Address {
    std::vector<Endpoint> endpoints{};  ///< of the server, or of the Sentinels
    std::string master{};               ///< its name among the Sentinels; empty: there are none
    std::string user{};
    std::string password{};
    int database = 0;

    /// Without user and password.
    [[nodiscard]] std::string text() const;
};

/// Fails with invalid; the text holds no password.
[[nodiscard]] Result<Address> parse_address(std::string_view url);

}  // namespace whispr::redis
