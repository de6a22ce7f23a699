// whispr, the command line: `whispr COMMAND ...`. Every command has a file of its own.
#include <CLI/CLI.hpp>
#include <iostream>

#include "command.hpp"

int main(int argc, char** argv) {
    CLI::App app("Tools around the whispr messaging server.", "whispr");
    app.set_version_flag("--version", "whispr " WHISPR_VERSION);
    app.require_subcommand(1);
    app.get_formatter()->column_width(32);

    whispr_cli::Action action;
    whispr_cli::add_token_command(app, action);
    whispr_cli::add_import_command(app, action);
    whispr_cli::add_migrate_command(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ExtrasError&) {
        // CLI11's own text repeats them, and a store's may hold a password.
        std::cerr << "whispr: there are arguments that belong to no flag; --help lists the flags\n";
        return 2;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return action();
}
