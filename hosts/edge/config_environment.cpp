#include <algorithm>
#include <array>

#include "config_settings.hpp"

namespace edge {

namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::string_view prefix = "WHISPR_";

// What the replaced service read from its environment and this version has no use for.
constexpr std::array<std::string_view, 22> unused_variables{"SECRET_KEY_BASE",
                                                            "MESSAGE_RETENTION_DAYS",
                                                            "CLEANUP_BATCH_SIZE",
                                                            "CONVERSATION_MAX_IDLE_TIME",
                                                            "CONVERSATION_CLEANUP_INTERVAL",
                                                            "MAX_MESSAGE_CACHE",
                                                            "MOD_MUTE_THRESHOLD",
                                                            "MOD_MUTE_DAYS",
                                                            "MOD_MUTE_DURATION_HOURS",
                                                            "MOD_BAN_THRESHOLD",
                                                            "MOD_BAN_DAYS",
                                                            "MOD_REVIEW_THRESHOLD",
                                                            "MOD_REVIEW_DAYS",
                                                            "GRPC_PORT",
                                                            "AUTH_SERVICE_URL",
                                                            "USER_SERVICE_URL",
                                                            "MEDIA_SERVICE_URL",
                                                            "NOTIFICATION_SERVICE_URL",
                                                            "MODERATION_SERVICE_URL",
                                                            "SCHEDULING_SERVICE_URL",
                                                            "SCHEDULING_SERVICE_GRPC_URL",
                                                            "ENCRYPTION_KEY"};

// The old service listened on every address and took the port alone.
void read_port(const Environment& environment, GivenValues& values) {
    if (values.contains("listen")) return;
    for (const char* name : {"HTTP_PORT", "PORT"}) {
        const auto found = environment.find(name);
        if (found == environment.end() || found->second.empty()) continue;
        values["listen"] = {"0.0.0.0:" + found->second, "environment " + found->first};
        return;
    }
}

}  // namespace

SourceReading read_environment(const Environment& environment) {
    SourceReading reading;
    for (const Setting& setting : settings()) {
        std::vector<std::string> names{setting.variable()};
        names.insert(names.end(), setting.other_variables.begin(), setting.other_variables.end());
        for (const std::string& name : names) {
            const auto found = environment.find(name);
            if (found == environment.end()) continue;
            // The old names are often set and left empty, in compose files for instance; ours mean
            // what they say.
            if (found->second.empty() && !name.starts_with(prefix)) continue;
            reading.values[std::string(setting.key)] = {found->second, "environment " + name};
            break;
        }
    }
    read_port(environment, reading.values);
    read_database(environment, reading.values);
    read_redis(environment, reading.values);

    std::string unused;
    for (const std::string_view name : unused_variables) {
        const auto found = environment.find(std::string(name));
        if (found == environment.end() || found->second.empty()) continue;
        unused += (unused.empty() ? "" : ", ") + found->first;
    }
    if (!unused.empty())
        reading.warnings.push_back("set in the environment and not used by this version: " +
                                   unused);
    for (auto found = environment.lower_bound(std::string(prefix));
         found != environment.end() && found->first.starts_with(prefix); ++found) {
        const bool known =
            found->first == "WHISPR_CONFIG" ||
            std::any_of(settings().begin(), settings().end(),
                        [&](const Setting& setting) { return setting.variable() == found->first; });
        if (!known)
            reading.warnings.push_back("unknown setting in the environment: " + found->first);
    }
    return reading;
}

}  // namespace edge
