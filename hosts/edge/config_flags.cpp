#include "config_flags.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace edge {

namespace {

constexpr const char* more_help =
    "Every setting is also read from the environment (WHISPR_ and its name in capitals: "
    "WHISPR_LISTEN; older names in\n"
    "brackets) and from the TOML file of --config (listen = \"127.0.0.1:4000\"). Flags override "
    "the environment, which\n"
    "overrides the file. Sizes may have a unit (64k, 8m), times too (1500ms, 45s, 10m, 1h); lists "
    "are separated by commas.";

struct FlagTexts {
    std::vector<std::string> given;  // more than one only for lists
    bool is_on = false;
    bool is_off = false;
    CLI::Option* on = nullptr;
    CLI::Option* off = nullptr;  // --no-..., of settings that are on or off

    [[nodiscard]] bool is_given() const {
        return on->count() > 0 || (off != nullptr && off->count() > 0);
    }
};

void add_flag(CLI::App& serve, const Setting& setting, const Config& defaults, FlagTexts& texts) {
    std::string help(setting.help);
    for (const std::string_view name : setting.other_variables)
        help += " [" + std::string(name) + "]";
    if (setting.codec.form == SettingForm::on_off) {
        texts.on = serve.add_flag(setting.flag(), texts.is_on, help);
        // Turns off what a file or the environment turns on; not worth a line of help each.
        texts.off = serve.add_flag("--no-" + setting.flag().substr(2), texts.is_off)->group("");
    } else {
        const std::string shown = setting.codec.show(defaults);
        const bool computed = setting.key == "data_dir" || setting.key == "store";
        if (!shown.empty() && !computed) help += " (" + shown + ")";
        const bool is_list = setting.codec.form == SettingForm::list;
        texts.on = serve.add_option(setting.flag(), texts.given, help)
                       ->type_name(std::string(setting.value_name));
        texts.on->allow_extra_args(false)->expected(1);
        texts.on->multi_option_policy(is_list ? CLI::MultiOptionPolicy::TakeAll
                                              : CLI::MultiOptionPolicy::Throw);
    }
    texts.on->group(std::string(setting.group));
}

// As CLI11 wants them: from the end. It takes "--name=" for a flag without its value, which ours
// may have empty.
std::vector<std::string> reversed(const std::vector<std::string>& arguments) {
    std::vector<std::string> result;
    for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument) {
        const bool empty = argument->starts_with("--") && argument->ends_with('=');
        if (empty) result.emplace_back();
        result.push_back(empty ? argument->substr(0, argument->size() - 1) : *argument);
    }
    return result;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string result;
    for (const std::string& text : texts)
        result += (result.empty() ? "" : ",") + text;
    return result;
}

}  // namespace

std::variant<CommandLine, ConfigExit> read_command_line(const std::vector<std::string>& arguments,
                                                        const std::string& version) {
    CommandLine line;
    CLI::App app("A messaging server.", "whisprd");
    app.set_version_flag("--version", "whisprd " + version);
    app.require_subcommand(1);
    app.get_formatter()->column_width(38);
    CLI::App* serve = app.add_subcommand("serve", "Serve clients: REST and WebSocket on one port");
    serve->add_option("--config", line.config_file, "TOML file with settings [WHISPR_CONFIG]")
        ->type_name("FILE")
        ->group("Settings");
    serve
        ->add_flag("--print-config", line.print_config,
                   "Print the effective settings and their sources, and end")
        ->group("Settings");

    serve->footer(more_help);
    // Read elsewhere; here to be found.
    app.add_subcommand("migrate",
                       "Move a whole store from a SQLite file into a PostgreSQL, or back");

    const Config defaults;
    std::vector<FlagTexts> texts(settings().size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        add_flag(*serve, settings()[i], defaults, texts[i]);
    try {
        app.parse(reversed(arguments));
    } catch (const CLI::Success& done) {
        std::ostringstream out;
        app.exit(done, out, out);
        return ConfigExit{0, out.str()};
    } catch (const CLI::ParseError& error) {
        return ConfigExit{2, "whisprd: " + std::string(error.what()) +
                                 "\nwhisprd serve --help lists the flags\n"};
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!texts[i].is_given()) continue;
        const Setting& setting = settings()[i];
        if (texts[i].is_on && texts[i].is_off) {
            return ConfigExit{2, "whisprd: " + setting.flag() + " and --no-" +
                                     setting.flag().substr(2) + " exclude each other\n"};
        }
        const std::string text = setting.codec.form == SettingForm::on_off
                                     ? (texts[i].is_on ? "true" : "false")
                                     : joined(texts[i].given);
        line.values[std::string(setting.key)] = {text, setting.flag()};
    }
    return line;
}

}  // namespace edge
