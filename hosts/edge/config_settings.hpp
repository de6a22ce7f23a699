// The table of settings: one entry per key says its names, its help, how its text is read and how
// it is shown. Flags, the environment, the file, --help and --print-config are all made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"

namespace edge {

// How the value of a setting is given besides as text.
enum class SettingForm : std::uint8_t {
    text,
    number,    // an integer in the file, or a text with a unit
    list,      // texts between commas; an array in the file
    on_off,    // a flag without a value; a boolean in the file
    location,  // may be a URL, whose user and password are not shown
    secret,    // never shown
};

// How a value is read and shown.
struct SettingCodec {
    // Takes the text over into the config; returns why not, or nothing. The value is never part of
    // the answer.
    std::function<std::string(Config&, std::string_view)> apply;
    // The value as text that apply() reads back.
    std::function<std::string(const Config&)> show;
    SettingForm form = SettingForm::text;
};

struct Setting {
    std::string_view key;         // snake_case, the name in the file
    std::string_view group;       // heading in --help
    std::string_view value_name;  // what --help shows for the value; empty for on_off
    std::string_view help;
    SettingCodec codec;
    std::vector<std::string_view>
        other_variables;  // names in the environment besides WHISPR_<KEY>, first one wins

    [[nodiscard]] std::string flag() const;      // --max-frame-size
    [[nodiscard]] std::string variable() const;  // WHISPR_MAX_FRAME_SIZE
};

// The settings of attachments' files, for settings().
void add_files(std::vector<Setting>& table);

// Every setting, in the order of --help. Any thread.
[[nodiscard]] std::span<const Setting> settings();

// The text of a setting and where it stands.
struct GivenValue {
    std::string text;
    std::string source;  // "--listen", "environment WHISPR_LISTEN", "file whispr.toml"
};
using GivenValues = std::map<std::string, GivenValue, std::less<>>;  // by key

// What was collected from one source.
struct SourceReading {
    GivenValues values;
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
};

// The settings a TOML text gives. Unknown keys, tables, values of other kinds and broken TOML are
// errors. Any thread.
[[nodiscard]] SourceReading read_config_file(const std::string& text, const std::string& path);

// The settings an environment gives; what the replaced service read and this one does not use is
// warned about, and so is an unknown WHISPR_ name. Any thread.
[[nodiscard]] SourceReading read_environment(const std::map<std::string, std::string>& environment);

// The store as the environment of the replaced service names it, where no other one is given. Any
// thread.
void read_database(const std::map<std::string, std::string>& environment, GivenValues& values);

// The same for Redis.
void read_redis(const std::map<std::string, std::string>& environment, GivenValues& values);

// What the settings contradict each other in, one sentence each. `given` says where they came from.
// Any thread.
[[nodiscard]] std::vector<std::string> find_conflicts(const Config& config,
                                                      const GivenValues& given);

// The effective settings as a TOML file that gives them again, each with its source; credentials
// are masked. Any thread.
[[nodiscard]] std::string print_config(const Config& config, const GivenValues& given);

}  // namespace edge
