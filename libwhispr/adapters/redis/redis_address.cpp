#include "redis_address.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace whispr::redis {

namespace {

constexpr const char* expected =
    "not a Redis URL such as redis://host:6379, redis+sentinel://host:26379,host:26379/master or "
    "redis+cluster://host:6379,host:6379";

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

std::optional<std::string> decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        unsigned byte = 0;
        const auto digits = text.substr(i + 1, 2);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return {};
        result += static_cast<char>(byte);
        i += 2;
    }
    return result;
}

bool read_endpoint(std::string_view text, std::uint16_t port, Endpoint& endpoint) {
    endpoint.port = port;
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    const std::size_t colon =
        bracket == std::string_view::npos ? text.rfind(':') : text.find(':', bracket);
    if (colon != std::string_view::npos) {
        if (!read_number(text.substr(colon + 1), endpoint.port) || endpoint.port == 0) return false;
        text = text.substr(0, colon);
    }
    if (bracket != std::string_view::npos) text = text.substr(1, bracket - 1);
    endpoint.host = text;
    return !text.empty();
}

bool read_credentials(std::string_view text, Address& address) {
    const std::size_t colon = text.find(':');
    const auto user = decoded(text.substr(0, colon));
    const auto password =
        decoded(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
    if (!user || !password) return false;
    address.user = *user;
    address.password = *password;
    return true;
}

enum class Kind { plain, sentinels, cluster };

bool read_address(std::string_view rest, Kind kind, Address& address) {
    const bool sentinels = kind == Kind::sentinels;
    address.cluster = kind == Kind::cluster;
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string_view hosts = rest.substr(0, slash);
    std::string_view path = rest.substr(std::min(slash + 1, rest.size()));
    if (const std::size_t at = hosts.rfind('@'); at != std::string_view::npos) {
        if (!read_credentials(hosts.substr(0, at), address)) return false;
        hosts = hosts.substr(at + 1);
    }
    while (!hosts.empty()) {
        const std::size_t comma = std::min(hosts.find(','), hosts.size());
        const std::uint16_t port = sentinels ? 26379 : 6379;
        if (!read_endpoint(hosts.substr(0, comma), port, address.endpoints.emplace_back()))
            return false;
        hosts.remove_prefix(std::min(comma + 1, hosts.size()));
    }
    if (sentinels) {
        const std::size_t end = std::min(path.find('/'), path.size());
        address.master = path.substr(0, end);
        path = path.substr(std::min(end + 1, path.size()));
        if (address.master.empty()) return false;
    } else if (kind == Kind::plain && address.endpoints.size() != 1) {
        return false;
    }
    if (!path.empty() && !read_number(path, address.database)) return false;
    if (address.cluster && address.database != 0) return false;
    return !address.endpoints.empty() && address.database >= 0;
}

}  // namespace

std::string Address::text() const {
    std::string text =
        cluster ? "redis+cluster://" : (master.empty() ? "redis://" : "redis+sentinel://");
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        text += (i == 0 ? "" : ",") + endpoints[i].host + ":" + std::to_string(endpoints[i].port);
    }
    return master.empty() ? text : text + "/" + master;
}

Result<Address> parse_address(std::string_view url) {
    Address address;
    if (url.starts_with("rediss://"))
        return Error{Errc::invalid, "TLS to Redis is not available: use a tunnel", {}};
    constexpr std::array<std::pair<std::string_view, Kind>, 3> schemes{
        {{"redis://", Kind::plain},
         {"redis+sentinel://", Kind::sentinels},
         {"redis+cluster://", Kind::cluster}}};
    for (const auto& [scheme, kind] : schemes) {
        if (!url.starts_with(scheme)) continue;
        if (read_address(url.substr(scheme.size()), kind, address)) return address;
    }
    return Error{Errc::invalid, expected, {}};
}

std::optional<Endpoint> parse_moved(std::string_view answer, const Endpoint& asked) {
    constexpr std::string_view moved = "MOVED ";
    if (!answer.starts_with(moved)) return std::nullopt;
    answer.remove_prefix(moved.size());
    const std::size_t space = answer.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const std::string_view place = answer.substr(space + 1);
    const std::size_t colon = place.rfind(':');
    Endpoint endpoint;
    if (colon == std::string_view::npos || !read_number(place.substr(colon + 1), endpoint.port))
        return std::nullopt;
    endpoint.host = colon == 0 ? asked.host : std::string(place.substr(0, colon));
    return endpoint;
}

}  // namespace whispr::redis
