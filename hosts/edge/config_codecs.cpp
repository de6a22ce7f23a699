#include "config_codecs.hpp"

#include <algorithm>
#include <utility>

#include "authenticator_proxies.hpp"
#include "config_values.hpp"
#include "log_redaction.hpp"
#include "token_encoding.hpp"

namespace edge::codec {

namespace {

std::string outside(std::string_view least, std::string_view most) {
    return "must be between " + std::string(least) + " and " + std::string(most);
}

std::string joined(const std::vector<std::string>& items) {
    std::string result;
    for (const std::string& item : items)
        result += (result.empty() ? "" : ",") + item;
    return result;
}

using ItemCheck = std::string (*)(std::vector<std::string>&);

SettingCodec list(std::vector<std::string> Config::*member, ItemCheck check) {
    return {[=](Config& config, std::string_view value) {
                std::vector<std::string> items = parse_list(value);
                std::string complaint = check(items);
                if (complaint.empty()) config.*member = std::move(items);
                return complaint;
            },
            [=](const Config& config) { return joined(config.*member); }, SettingForm::list};
}

std::string check_origins(std::vector<std::string>& origins) {
    if (origins.empty()) origins = {"*"};
    const bool good = std::all_of(origins.begin(), origins.end(), [](const std::string& origin) {
        const bool named = origin.starts_with("http://") || origin.starts_with("https://");
        return origin == "*" || origin == "null" ||
               (named && origin.find('/', origin.find("//") + 2) == std::string::npos);
    });
    return good ? "" : "expected * or origins such as https://chat.example, without a path";
}

std::string check_proxies(std::vector<std::string>& networks) {
    return TrustedProxies::parse(networks)
               ? ""
               : "expected addresses or networks such as 10.0.0.0/8 or fd00::/8";
}

std::string check_users(std::vector<std::string>& users) {
    for (std::string& user : users) {
        auto id = canonical_uuid(user);
        if (!id) return "expected UUIDs";
        user = std::move(*id);
    }
    return {};
}

template <typename Value>
SettingCodec word(Value Config::*member, std::vector<std::pair<std::string, Value>> words) {
    return {[=](Config& config, std::string_view given) {
                std::string known;
                for (const auto& [name, value] : words) {
                    if (name == given) {
                        config.*member = value;
                        return std::string{};
                    }
                    known += (known.empty() ? "" : ", ") + name;
                }
                return "expected one of " + known;
            },
            [=](const Config& config) {
                for (const auto& [name, value] : words) {
                    if (value == config.*member) return name;
                }
                return std::string{};
            }};
}

}  // namespace

SettingCodec text(std::string Config::*member) {
    return {[=](Config& config, std::string_view value) {
                config.*member = value;
                return std::string{};
            },
            [=](const Config& config) { return config.*member; }};
}

SettingCodec count(std::size_t Config::*member, std::size_t least, std::size_t most) {
    return {[=](Config& config, std::string_view value) {
                const auto number = parse_count(value);
                if (!number) return std::string("expected a number");
                if (*number < least || *number > most)
                    return outside(std::to_string(least), std::to_string(most));
                config.*member = *number;
                return std::string{};
            },
            [=](const Config& config) { return std::to_string(config.*member); },
            SettingForm::number};
}

SettingCodec size(std::size_t Config::*member, std::size_t least, std::size_t most) {
    return {[=](Config& config, std::string_view value) {
                const auto bytes = parse_size(value);
                if (!bytes) return std::string("expected a size such as 65536, 64k or 8m");
                if (*bytes < least || *bytes > most) {
                    return outside(std::to_string(least), std::to_string(most) + " bytes");
                }
                config.*member = *bytes;
                return std::string{};
            },
            [=](const Config& config) { return std::to_string(config.*member); },
            SettingForm::number};
}

SettingCodec duration(std::chrono::milliseconds Config::*member, std::chrono::milliseconds least,
                      std::chrono::milliseconds most) {
    return {[=](Config& config, std::string_view value) {
                const auto time = parse_duration(value);
                if (!time) return std::string("expected a duration such as 45s, 10m, 1h or 1500ms");
                if (*time < least || *time > most)
                    return outside(show_duration(least), show_duration(most));
                config.*member = *time;
                return std::string{};
            },
            [=](const Config& config) { return show_duration(config.*member); }};
}

SettingCodec on_off(bool Config::*member) {
    return {[=](Config& config, std::string_view value) {
                const auto on = parse_switch(value);
                if (!on) return std::string("expected true or false");
                config.*member = *on;
                return std::string{};
            },
            [=](const Config& config) { return std::string(config.*member ? "true" : "false"); },
            SettingForm::on_off};
}

SettingCodec listen() {
    return {[](Config& config, std::string_view value) {
                const auto address = parse_listen(value);
                if (!address)
                    return std::string("expected HOST:PORT with an IP address or localhost");
                config.listen = *address;
                return std::string{};
            },
            [](const Config& config) { return config.listen.text(); }};
}

SettingCodec optional_listen(std::optional<ListenAddress> Config::*member) {
    return {
        [member](Config& config, std::string_view value) {
            const bool off = value.empty() || value == "off";
            const auto address = parse_listen(value);
            if (!off && !address)
                return std::string("expected HOST:PORT with an IP address or localhost, or off");
            config.*member = address;
            return std::string{};
        },
        [member](const Config& config) {
            return config.*member ? (config.*member)->text() : "off";
        }};
}

SettingCodec store() {
    return {
        [](Config& config, std::string_view value) {
            const auto choice = parse_store(value);
            if (!choice) {
                return std::string(
                    "expected sqlite:PATH, memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE");
            }
            config.store = *choice;
            return std::string{};
        },
        [](const Config& config) { return config.store.text(); }, SettingForm::location};
}

SettingCodec replica() {
    SettingCodec made = location(&Config::store_replica);
    made.apply = [](Config& config, std::string_view given) -> std::string {
        const auto choice = parse_store(given);
        const bool sound = choice && choice->kind == StoreChoice::Kind::postgres;
        if (!given.empty() && !sound) return "expected postgres://USER:PASSWORD@HOST:PORT/DATABASE";
        config.store_replica = given.empty() ? std::string() : choice->path;
        return {};
    };
    return made;
}

SettingCodec secret(std::string Config::*member) {
    SettingCodec made = text(member);
    made.form = SettingForm::secret;
    made.apply = [member](Config& config, std::string_view given) -> std::string {
        const bool sound = std::all_of(given.begin(), given.end(),
                                       [](char letter) { return letter > ' ' && letter <= '~'; });
        if (!sound) return "expected printable characters without blanks";
        // From a printed configuration; everybody knows that one.
        if (given == redacted) return "expected the secret itself";
        config.*member = given;
        return {};
    };
    return made;
}

SettingCodec service_url(std::string Config::*member) {
    SettingCodec made = location(member);
    made.apply = [member](Config& config, std::string_view given) -> std::string {
        const bool is_url = given.starts_with("http://") || given.starts_with("https://");
        if (!given.empty() && !is_url) return "expected a URL of http or https";
        config.*member = given;
        return {};
    };
    return made;
}

SettingCodec location(std::string Config::*member) {
    SettingCodec made = text(member);
    made.form = SettingForm::location;
    return made;
}

SettingCodec origins() {
    return list(&Config::cors_allowed_origins, check_origins);
}
SettingCodec networks() {
    return list(&Config::trusted_proxies, check_proxies);
}
SettingCodec users() {
    return list(&Config::admin_user_ids, check_users);
}

SettingCodec log_level() {
    return word<LogLevel>(&Config::log_level, {{"debug", LogLevel::debug},
                                               {"info", LogLevel::info},
                                               {"warn", LogLevel::warn},
                                               {"error", LogLevel::error},
                                               {"off", LogLevel::off}});
}

SettingCodec log_format() {
    return word<LogFormat>(&Config::log_format,
                           {{"text", LogFormat::text}, {"json", LogFormat::json}});
}

}  // namespace edge::codec
