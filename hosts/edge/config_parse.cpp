#include "config_parse.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "config_flags.hpp"
#include "config_settings.hpp"
#include "config_values.hpp"
#include "jwks_source.hpp"
#include "log_redaction.hpp"

namespace edge {

namespace {

ConfigExit mistakes(const std::vector<std::string>& errors) {
    ConfigExit end{2, {}};
    for (const std::string& error : errors)
        end.text += "whisprd: " + error + '\n';
    return end;
}

void take_over(SourceReading reading, GivenValues& given, std::vector<std::string>& errors,
               std::vector<std::string>& warnings) {
    for (auto& [key, value] : reading.values)
        given[key] = std::move(value);
    errors.insert(errors.end(), reading.errors.begin(), reading.errors.end());
    warnings.insert(warnings.end(), reading.warnings.begin(), reading.warnings.end());
}

std::string value_of(const std::map<std::string, std::string>& environment, const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string{} : found->second;
}

std::string complaint(const Setting& setting, const GivenValue& value, const std::string& why) {
    const SettingForm form = setting.codec.form;
    const std::string shown = form == SettingForm::secret     ? std::string(redacted)
                              : form == SettingForm::location ? without_credentials(value.text)
                                                              : value.text;
    return "bad value for " + std::string(setting.key) + " (from " + value.source + "): \"" +
           shown.substr(0, 200) + "\": " + why;
}

void apply_all(const GivenValues& given, Config& config, std::vector<std::string>& errors) {
    for (const Setting& setting : settings()) {
        const auto found = given.find(setting.key);
        if (found == given.end()) continue;
        const std::string why = setting.codec.apply(config, found->second.text);
        if (!why.empty()) errors.push_back(complaint(setting, found->second, why));
    }
}

void fill_in_paths(const ConfigInput& input, const GivenValues& given, Config& config,
                   std::vector<std::string>& errors) {
    if (config.data_dir.empty()) config.data_dir = default_data_dir(input.environment);
    if (config.data_dir.empty()) {
        errors.emplace_back("no data directory: give --data-dir, or set XDG_DATA_HOME or HOME");
    }
    if (!given.contains("store"))
        config.store = {StoreChoice::Kind::sqlite, config.data_dir + "/whispr.db"};
}

// The file, and over it the environment.
void read_sources(const ConfigInput& input, const std::string& config_file, GivenValues& given,
                  std::vector<std::string>& errors, std::vector<std::string>& warnings) {
    const std::string path =
        config_file.empty() ? value_of(input.environment, "WHISPR_CONFIG") : config_file;
    if (!path.empty()) {
        const auto text = input.read_file(path);
        if (!text) {
            errors.push_back("cannot read the file " + path + " (from " +
                             (config_file.empty() ? "environment WHISPR_CONFIG" : "--config") +
                             ")");
        } else {
            take_over(read_config_file(*text, path), given, errors, warnings);
        }
    }
    take_over(read_environment(input.environment), given, errors, warnings);
}

}  // namespace

std::variant<StoreChoice, ConfigExit> configured_store(const ConfigInput& input,
                                                       const std::string& config_file) {
    Config config;
    GivenValues given;
    std::vector<std::string> errors;
    read_sources(input, config_file, given, errors, config.warnings);
    std::erase_if(given, [](const auto& value) {
        return value.first != "store" && value.first != "data_dir";
    });
    apply_all(given, config, errors);
    fill_in_paths(input, given, config, errors);
    if (!errors.empty()) return mistakes(errors);
    return config.store;
}

std::variant<Config, ConfigExit> parse_config(const ConfigInput& input) {
    auto read = read_command_line(input.arguments, input.version);
    if (auto* end = std::get_if<ConfigExit>(&read)) return std::move(*end);
    auto& line = std::get<CommandLine>(read);

    Config config;
    GivenValues given;
    std::vector<std::string> errors;
    read_sources(input, line.config_file, given, errors, config.warnings);
    for (auto& [key, value] : line.values)
        given[key] = std::move(value);

    apply_all(given, config, errors);
    fill_in_paths(input, given, config, errors);
    // Conflicts are looked for among good values only: a bad one would be reported twice.
    if (errors.empty()) errors = find_conflicts(config, given);
    if (line.print_config && errors.empty()) return ConfigExit{0, print_config(config, given)};
    if (!errors.empty()) return mistakes(errors);
    return config;
}

ConfigInput config_input(int argc, const char* const* argv, std::string version) {
    ConfigInput input;
    for (int i = 1; i < argc; ++i)
        input.arguments.emplace_back(argv[i]);
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos)
            input.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    input.read_file = [](const std::string& path) -> std::optional<std::string> {
        std::ifstream file(path, std::ios::binary);
        if (!file) return std::nullopt;
        std::string text{std::istreambuf_iterator<char>(file), {}};
        if (file.bad()) return std::nullopt;
        return text;
    };
    input.version = std::move(version);
    return input;
}

}  // namespace edge
