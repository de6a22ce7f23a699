// Database and Redis as the replaced service was told of them: DATABASE_URL, or one variable for
// each part.
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

// "user:password@", or as much of it as there is.
std::string credentials(const std::string& user, const std::string& password) {
    if (password.empty()) return {};
    return encoded(user) + ":" + encoded(password) + "@";
}

}  // namespace

void read_redis(const Environment& environment, GivenValues& values) {
    if (values.contains("redis")) return;
    const std::string secret = credentials(value_or(environment, "REDIS_USERNAME", ""),
                                           value_or(environment, "REDIS_PASSWORD", ""));
    const std::string database = "/" + value_or(environment, "REDIS_DB", "0");
    if (value_or(environment, "REDIS_MODE", "direct") == "sentinel") {
        const std::string sentinels = value_or(environment, "REDIS_SENTINELS", "");
        if (sentinels.empty()) return;
        values["redis"] = {"redis+sentinel://" + secret + sentinels + "/" +
                               value_or(environment, "REDIS_MASTER_NAME", "mymaster") + database,
                           "environment REDIS_SENTINELS"};
        return;
    }
    // Where services link containers, the port is a whole URI (tcp://10.0.0.1:6379).
    const std::string host = value_or(environment, "REDIS_HOST", "");
    const std::string port = value_or(environment, "REDIS_PORT", "6379");
    const std::size_t scheme = port.find("://");
    if (host.empty() && scheme == std::string::npos) return;
    const std::string place =
        scheme == std::string::npos ? host + ":" + port : port.substr(scheme + 3);
    const std::string ssl = value_or(environment, "REDIS_SSL", "false");
    values["redis"] = {
        (ssl == "true" || ssl == "1" ? "rediss://" : "redis://") + secret + place + database,
        "environment REDIS_HOST"};
}

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
