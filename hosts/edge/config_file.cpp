#include <toml++/toml.h>

#include <algorithm>

#include "config_settings.hpp"

namespace edge {

namespace {

// The text of a TOML value as a flag would give it; nothing when it is of a kind that no setting
// has.
std::optional<std::string> text_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) return *text;
    if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
    if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
    return std::nullopt;
}

std::optional<std::string> text_of_list(const toml::node& node) {
    const toml::array* items = node.as_array();
    if (items == nullptr) return text_of(node);
    std::string joined;
    for (const toml::node& item : *items) {
        const auto text = item.value_exact<std::string>();
        if (!text || text->find(',') != std::string::npos) return std::nullopt;
        joined += (joined.empty() ? "" : ",") + *text;
    }
    return joined;
}

}  // namespace

SourceReading read_config_file(const std::string& text, const std::string& path) {
    SourceReading reading;
    const std::string source = "file " + path;
    toml::table table;
    try {
        table = toml::parse(text, path);
    } catch (const toml::parse_error& error) {
        reading.errors.push_back(source + ": line " + std::to_string(error.source().begin.line) +
                                 ": " + std::string(error.description()));
        return reading;
    }
    for (const auto& [name, node] : table) {
        const std::string key(name.str());
        const auto known = std::find_if(settings().begin(), settings().end(),
                                        [&](const Setting& setting) { return setting.key == key; });
        if (known == settings().end()) {
            reading.errors.push_back("unknown key " + key + " (" + source + ", line " +
                                     std::to_string(node.source().begin.line) + ")");
            continue;
        }
        auto value = known->codec.form == SettingForm::list ? text_of_list(node) : text_of(node);
        if (value) {
            reading.values[key] = {std::move(*value), source};
        } else {
            reading.errors.push_back("bad value for " + key + " (" + source + ", line " +
                                     std::to_string(node.source().begin.line) + "): expected " +
                                     (known->codec.form == SettingForm::list
                                          ? "a text or a list of texts without commas"
                                          : "a text, a whole number or true or false"));
        }
    }
    return reading;
}

}  // namespace edge
