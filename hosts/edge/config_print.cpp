#include <algorithm>

#include "config_settings.hpp"
#include "config_values.hpp"
#include "jwks_source.hpp"
#include "log_redaction.hpp"

namespace edge {

namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            result += '\\';
            result += character;
        } else if (byte < 0x20 || byte == 0x7f) {
            result += "\\u00";
            result += hexadecimal[byte >> 4];
            result += hexadecimal[byte & 15];
        } else {
            result += character;
        }
    }
    return result + '"';
}

std::string toml_value(const Setting& setting, const std::string& shown) {
    switch (setting.codec.form) {
        case SettingForm::on_off:
        case SettingForm::number:
            return shown;
        case SettingForm::location:
            return quoted(without_credentials(shown));
        case SettingForm::secret:
            return shown.empty() ? quoted("") : quoted(redacted);
        case SettingForm::text:
            return quoted(shown);
        case SettingForm::list:
            break;
    }
    std::string result;
    for (const std::string& item : parse_list(shown))
        result += (result.empty() ? "" : ", ") + quoted(item);
    return '[' + result + ']';
}

}  // namespace

std::string print_config(const Config& config, const GivenValues& given) {
    std::string result;
    std::string_view group;
    for (const Setting& setting : settings()) {
        if (setting.group != group) {
            group = setting.group;
            result += (result.empty() ? "# " : "\n# ") + std::string(group) + '\n';
        }
        const auto found = given.find(setting.key);
        result += std::string(setting.key) + " = " +
                  toml_value(setting, setting.codec.show(config)) + "  # " +
                  (found == given.end() ? "default" : found->second.source) + '\n';
    }
    return result;
}

}  // namespace edge
