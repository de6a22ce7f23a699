#include "token_command.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "config_values.hpp"
#include "dev_keys.hpp"
#include "token_encoding.hpp"

namespace whispr_cli {

namespace {

std::string data_dir_by_default() {
    std::map<std::string, std::string> environment;
    for (const char* name : {"XDG_DATA_HOME", "HOME"}) {
        if (const char* value = std::getenv(name)) environment[name] = value;
    }
    return edge::default_data_dir(environment);
}

}  // namespace

int write_token(const TokenOptions& options, std::chrono::system_clock::time_point now,
                std::ostream& out, std::ostream& complaints) {
    const auto user = edge::canonical_uuid(options.user);
    if (!user) {
        complaints << "whispr token: --user: \"" << options.user << "\" is not a UUID\n";
        return 2;
    }
    const auto ttl = edge::parse_duration(options.ttl);
    if (!ttl || *ttl < std::chrono::seconds(1)) {
        complaints << "whispr token: --ttl: \"" << options.ttl
                   << "\" is not a duration such as 30d, 12h or 60s\n";
        return 2;
    }
    const auto keys = edge::DevKeys::open(options.data_dir);
    if (const auto* why = std::get_if<std::string>(&keys)) {
        complaints << "whispr token: " << *why << '\n';
        return 1;
    }
    edge::TokenRequest request;
    request.user_id = *user;
    if (!options.device.empty()) request.device_id = options.device;
    request.issuer = options.issuer;
    request.audience = options.audience;
    request.lifetime = std::chrono::duration_cast<std::chrono::seconds>(*ttl);
    const std::string token = std::get<edge::DevKeys>(keys).mint(request, now);
    if (token.empty()) {
        complaints << "whispr token: openssl could not sign\n";
        return 1;
    }
    out << token << '\n';
    return 0;
}

void add_token_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<TokenOptions>();
    options->data_dir = data_dir_by_default();
    CLI::App* token = app.add_subcommand(
        "token", "Print a token for a user, signed with the key of a server that runs with --dev");
    token->add_option("--user", options->user, "Whose token, a UUID")
        ->type_name("UUID")
        ->required();
    token->add_option("--data-dir", options->data_dir, "The server's data directory")
        ->type_name("DIR")
        ->envname("WHISPR_DATA_DIR")
        ->capture_default_str();
    token->add_option("--ttl", options->ttl, "How long it is valid")
        ->type_name("TIME")
        ->capture_default_str();
    token->add_option("--device", options->device, "The device it belongs to")->type_name("ID");
    token->add_option("--audience", options->audience, "whispr for everything, ws for sockets only")
        ->type_name("TEXT")
        ->capture_default_str();
    token->add_option("--issuer", options->issuer, "The issuer the server expects")
        ->type_name("TEXT")
        ->capture_default_str();
    token->callback([options, &action] {
        action = [options] {
            return write_token(*options, std::chrono::system_clock::now(), std::cout, std::cerr);
        };
    });
}

}  // namespace whispr_cli
