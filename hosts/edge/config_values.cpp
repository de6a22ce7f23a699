#include "config_values.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace edge {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char character) {
        return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                    : character;
    });
    return result;
}

bool is_ip_address(const std::string& text) {
    std::array<unsigned char, 16> address{};
    return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Digits and what follows them, as a number of units.
struct Quantity {
    std::size_t number;
    std::string unit;
};

std::optional<Quantity> parse_quantity(std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_count(text.substr(0, end));
    if (!number) return std::nullopt;
    return Quantity{*number, lower(text.substr(end))};
}

}  // namespace

bool ListenAddress::is_loopback() const {
    return host == "::1" || host.starts_with("127.");
}

std::string ListenAddress::text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::string StoreChoice::text() const {
    if (kind == Kind::postgres) return path;
    return kind == Kind::memory ? "memory:" : "sqlite:" + path;
}

std::optional<std::size_t> parse_count(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<bool> parse_switch(std::string_view text) {
    const std::string word = lower(text);
    if (word == "true" || word == "1" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "0" || word == "no" || word == "off") return false;
    return std::nullopt;
}

std::optional<std::size_t> parse_size(std::string_view text) {
    const auto quantity = parse_quantity(text);
    if (!quantity) return std::nullopt;
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 8> units{
        {{"", 1},
         {"b", 1},
         {"k", 1UL << 10},
         {"kib", 1UL << 10},
         {"m", 1UL << 20},
         {"mib", 1UL << 20},
         {"g", 1UL << 30},
         {"gib", 1UL << 30}}};
    for (const auto& [unit, bytes] : units) {
        if (quantity->unit != unit) continue;
        if (quantity->number > std::numeric_limits<std::size_t>::max() / bytes) return std::nullopt;
        return quantity->number * bytes;
    }
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto quantity = parse_quantity(text);
    if (!quantity) return std::nullopt;
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 6> units{
        {{"", 1}, {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
    constexpr std::size_t longest = 10'000UL * 86'400'000;
    for (const auto& [unit, milliseconds] : units) {
        if (quantity->unit != unit) continue;
        if (quantity->number > longest / milliseconds) return std::nullopt;
        return std::chrono::milliseconds(quantity->number * milliseconds);
    }
    return std::nullopt;
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_count(text.substr(colon + 1));
    std::string host(text.substr(0, colon));
    if (!port || *port > 65'535) return std::nullopt;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string::npos) {
        return std::nullopt;
    }
    if (lower(host) == "localhost") host = "127.0.0.1";
    if (host.find('\0') != std::string::npos || !is_ip_address(host)) return std::nullopt;
    return ListenAddress{std::move(host), static_cast<std::uint16_t>(*port)};
}

std::optional<StoreChoice> parse_store(std::string_view text) {
    if (text == "memory:") return StoreChoice{StoreChoice::Kind::memory, {}};
    if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
        // There it would be shown.
        if (text.find("password=") != std::string_view::npos) return std::nullopt;
        return StoreChoice{StoreChoice::Kind::postgres, std::string(text)};
    }
    constexpr std::string_view scheme = "sqlite:";
    if (!text.starts_with(scheme) || text.size() == scheme.size()) return std::nullopt;
    return StoreChoice{StoreChoice::Kind::sqlite, std::string(text.substr(scheme.size()))};
}

std::vector<std::string> parse_list(std::string_view text) {
    std::vector<std::string> items;
    for (;;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view item = trimmed(text.substr(0, comma));
        if (!item.empty()) items.emplace_back(item);
        if (comma == text.size()) return items;
        text.remove_prefix(comma + 1);
    }
}

std::string default_data_dir(const std::map<std::string, std::string>& environment) {
    // As the XDG base directory specification has it, which ignores relative paths.
    const auto path = [&](const char* name) {
        const auto found = environment.find(name);
        return found != environment.end() && found->second.starts_with('/') ? found->second
                                                                            : std::string{};
    };
    if (const std::string data = path("XDG_DATA_HOME"); !data.empty()) return data + "/whispr";
    if (const std::string home = path("HOME"); !home.empty()) return home + "/.local/share/whispr";
    return {};
}

std::string show_duration(std::chrono::milliseconds duration) {
    const auto count = duration.count();
    if (count != 0 && count % 86'400'000 == 0) return std::to_string(count / 86'400'000) + 'd';
    if (count != 0 && count % 3'600'000 == 0) return std::to_string(count / 3'600'000) + 'h';
    if (count != 0 && count % 60'000 == 0) return std::to_string(count / 60'000) + 'm';
    if (count % 1'000 == 0) return std::to_string(count / 1'000) + 's';
    return std::to_string(count) + "ms";
}

}  // namespace edge
