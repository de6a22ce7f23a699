#include "authenticator_proxies.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace edge {

namespace {

constexpr int v4_prefix_bits = 96;  // of ::ffff:0:0/96
constexpr std::array<unsigned char, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool bit_of(const std::array<unsigned char, 16>& address, int bit) {
    return (address[static_cast<std::size_t>(bit) / 8] >> (7 - bit % 8) & 1) != 0;
}

}  // namespace

std::optional<TrustedProxies::Address> TrustedProxies::parse_address(std::string_view text,
                                                                     bool& is_v4) {
    // A NUL would end the text early for inet_pton.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string name(text);
    Address address{};
    is_v4 = inet_pton(AF_INET, name.c_str(), &address[12]) == 1;
    if (is_v4) {
        std::copy(v4_prefix.begin(), v4_prefix.end(), address.begin());
        return address;
    }
    if (inet_pton(AF_INET6, name.c_str(), address.data()) != 1) return std::nullopt;
    return address;
}

std::optional<TrustedProxies::Network> TrustedProxies::parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    bool is_v4 = false;
    const auto address = parse_address(text.substr(0, slash), is_v4);
    if (!address) return std::nullopt;
    const int most = is_v4 ? 32 : 128;
    int bits = most;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.begin(), digits.end(), bits);
        if (error != std::errc{} || end != digits.end() || bits < 1 || bits > most)
            return std::nullopt;
    }
    const int prefix = is_v4 ? v4_prefix_bits + bits : bits;
    for (int bit = prefix; bit < 128; ++bit) {
        if (bit_of(*address, bit)) return std::nullopt;
    }
    return Network{*address, prefix};
}

std::optional<TrustedProxies> TrustedProxies::parse(std::span<const std::string> texts) {
    TrustedProxies proxies;
    for (const std::string& text : texts) {
        const auto network = parse_network(text);
        if (!network) return std::nullopt;
        proxies.networks_.push_back(*network);
    }
    return proxies;
}

bool TrustedProxies::trusts(std::string_view peer) const {
    bool is_v4 = false;
    const auto address = parse_address(peer.substr(0, peer.find('%')), is_v4);
    if (!address) return false;
    return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
        for (int bit = 0; bit < network.prefix_bits; ++bit) {
            if (bit_of(*address, bit) != bit_of(network.address, bit)) return false;
        }
        return true;
    });
}

}  // namespace edge
