#include "config_flags.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace edge {

namespace {

constexpr std::string_view description =
    "Serves the messaging engine to clients: REST and WebSocket on one port.\n"
    "Every setting is also read from the environment (WHISPR_ and the name in capitals: "
    "WHISPR_LISTEN) and from the\n"
    "TOML file of --config (listen = \"127.0.0.1:4000\"). Flags override the environment, which "
    "overrides the file.";

struct FlagTexts {
    std::vector<std::string> given;  // more than one only for lists
    bool is_on = false;
    CLI::Option* option = nullptr;
};

void add_flag(CLI::App& serve, const Setting& setting, const Config& defaults, FlagTexts& texts) {
    std::string help(setting.help);
    for (const std::string_view name : setting.other_variables)
        help += " [" + std::string(name) + "]";
    if (setting.codec.form == SettingForm::on_off) {
        texts.option = serve.add_flag(setting.flag() + ",!--no-" + setting.flag().substr(2),
                                      texts.is_on, help);
    } else {
        const std::string shown = setting.codec.show(defaults);
        const bool computed = setting.key == "data_dir" || setting.key == "store";
        if (!shown.empty() && !computed) help += " (" + shown + ")";
        texts.option = serve.add_option(setting.flag(), texts.given, help)
                           ->type_name(std::string(setting.value_name))
                           ->allow_extra_args(false);
        texts.option->multi_option_policy(setting.codec.form == SettingForm::list
                                              ? CLI::MultiOptionPolicy::TakeAll
                                              : CLI::MultiOptionPolicy::Throw);
        // An empty value is a value: --admin-listen "" turns the address off.
        texts.option->expected(setting.codec.form == SettingForm::list ? -1 : 1);
    }
    texts.option->group(std::string(setting.group));
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
    CLI::App* serve = app.add_subcommand("serve", std::string(description));
    serve->add_option("--config", line.config_file, "TOML file with settings [WHISPR_CONFIG]")
        ->type_name("FILE")
        ->group("Settings");
    serve
        ->add_flag("--print-config", line.print_config,
                   "Print the effective settings and their sources, and end")
        ->group("Settings");

    const Config defaults;
    std::vector<FlagTexts> texts(settings().size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        add_flag(*serve, settings()[i], defaults, texts[i]);
    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        app.parse(std::move(reversed));
    } catch (const CLI::Success& done) {
        std::ostringstream out;
        app.exit(done, out, out);
        return ConfigExit{0, out.str()};
    } catch (const CLI::ParseError& error) {
        return ConfigExit{2, "whisprd: " + std::string(error.what()) +
                                 "\nwhisprd serve --help lists the flags\n"};
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].option->count() == 0) continue;
        const Setting& setting = settings()[i];
        const std::string text = setting.codec.form == SettingForm::on_off
                                     ? (texts[i].is_on ? "true" : "false")
                                     : joined(texts[i].given);
        line.values[std::string(setting.key)] = {text, setting.flag()};
    }
    return line;
}

}  // namespace edge
