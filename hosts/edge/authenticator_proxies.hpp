// The proxies whose word about a user is taken, as networks in CIDR notation, IPv4 and IPv6.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

class TrustedProxies {
 public:
    // Trusts nobody.
    TrustedProxies() = default;

    // The networks in `texts` ("10.0.0.0/8", "fd00::/8", or one bare address). Nothing when one is
    // not a network, has bits set behind its prefix, or covers every address ("/0": that is a
    // mistake, not a proxy).
    [[nodiscard]] static std::optional<TrustedProxies> parse(std::span<const std::string> texts);

    // Whether `peer`, an IPv4 or IPv6 address as text, is in one of the networks. An IPv4 address
    // mapped into IPv6 counts as IPv4; a zone ("%eth0") is ignored. What is not an address is not
    // trusted. Any thread.
    [[nodiscard]] bool trusts(std::string_view peer) const;

    [[nodiscard]] bool empty() const { return networks_.empty(); }

 private:
    // Addresses are kept in IPv6 form, IPv4 as ::ffff:a.b.c.d.
    using Address = std::array<unsigned char, 16>;
    struct Network {
        Address address;
        int prefix_bits;
    };
    [[nodiscard]] static std::optional<Address> parse_address(std::string_view text, bool& is_v4);
    [[nodiscard]] static std::optional<Network> parse_network(std::string_view text);

    std::vector<Network> networks_;
};

}  // namespace edge
