// The database as the replaced service was told of it: DATABASE_URL, or one variable for each part.
#include <array>

#include "config_settings.hpp"

namespace edge {

namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 8> parts{"DB_HOST",     "DB_PORT",     "DB_USERNAME",
                                                "DB_PASSWORD", "DB_NAME",     "DB_SSL",
                                                "DB_IPV6",     "DB_POOL_SIZE"};

std::string value_or(const Environment& environment, std::string_view name, const char* other) {
    const auto found = environment.find(std::string(name));
    return found == environment.end() || found->second.empty() ? other : found->second;
}

// What means something in a URL is written as a number.
std::string encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                           (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '.' ||
                           byte == '_';
        if (plain) {
            result += character;
        } else {
            result.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        }
    }
    return result;
}

}  // namespace

void read_database(const Environment& environment, GivenValues& values) {
    if (values.contains("store")) return;
    const std::string whole = value_or(environment, "DATABASE_URL", "");
    if (!whole.empty()) {
        constexpr std::string_view ecto = "ecto://";
        const bool renamed = whole.starts_with(ecto);
        values["store"] = {renamed ? "postgres://" + whole.substr(ecto.size()) : whole,
                           "environment DATABASE_URL"};
        return;
    }
    std::string names;
    for (const std::string_view name : parts) {
        if (value_or(environment, name, "").empty()) continue;
        names.append(names.empty() ? "" : ", ").append(name);
    }
    if (names.empty()) return;
    const std::string password = value_or(environment, "DB_PASSWORD", "");
    const std::string ssl = value_or(environment, "DB_SSL", "false");
    values["store"] = {"postgres://" + encoded(value_or(environment, "DB_USERNAME", "postgres")) +
                           (password.empty() ? "" : ":" + encoded(password)) + "@" +
                           encoded(value_or(environment, "DB_HOST", "localhost")) + ":" +
                           encoded(value_or(environment, "DB_PORT", "5432")) + "/" +
                           encoded(value_or(environment, "DB_NAME", "whispr_messaging_prod")) +
                           (ssl == "true" || ssl == "1" ? "?sslmode=require" : ""),
                       "environment " + names};
}

}  // namespace edge
