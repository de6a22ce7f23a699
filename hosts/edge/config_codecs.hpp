// The kinds of values settings have, each joined to the member of Config it sets.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "config_settings.hpp"

namespace edge::codec {

// Any text.
[[nodiscard]] SettingCodec text(std::string Config::*member);
// A text that is not shown to anybody, of printable ASCII.
[[nodiscard]] SettingCodec secret(std::string Config::*member);
// The address of a service, http or https, or nothing.
[[nodiscard]] SettingCodec service_url(std::string Config::*member);
// The path of a file, or a URL.
[[nodiscard]] SettingCodec location(std::string Config::*member);
// A number from least to most.
[[nodiscard]] SettingCodec count(std::size_t Config::*member, std::size_t least, std::size_t most);
// A number of bytes from least to most.
[[nodiscard]] SettingCodec size(std::size_t Config::*member, std::size_t least, std::size_t most);
// A duration from least to most.
[[nodiscard]] SettingCodec duration(std::chrono::milliseconds Config::*member,
                                    std::chrono::milliseconds least,
                                    std::chrono::milliseconds most);
// On or off.
[[nodiscard]] SettingCodec on_off(bool Config::*member);

// Web origins, networks, user ids.
[[nodiscard]] SettingCodec origins();
[[nodiscard]] SettingCodec networks();
[[nodiscard]] SettingCodec users();

// The settings of their own kind.
[[nodiscard]] SettingCodec listen();
// An address, or off.
[[nodiscard]] SettingCodec optional_listen(std::optional<ListenAddress> Config::*member);
[[nodiscard]] SettingCodec store();
// The URL of a PostgreSQL, or nothing.
[[nodiscard]] SettingCodec replica();
[[nodiscard]] SettingCodec log_level();
[[nodiscard]] SettingCodec log_format();

}  // namespace edge::codec
