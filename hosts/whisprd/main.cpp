// whisprd: the messaging server. `whisprd serve --help` and `whisprd migrate --help` say how.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "app.hpp"
#include "edge/config_parse.hpp"
#include "migrate/migrate_command.hpp"

namespace {

int migrate(int argc, char** argv) {
    const auto configured = [&](const std::string& file) -> whispr::Result<std::string> {
        auto store = edge::configured_store(edge::config_input(argc, argv, WHISPR_VERSION), file);
        if (const auto* exit = std::get_if<edge::ConfigExit>(&store))
            return whispr::Error{whispr::Errc::invalid, exit->text, {}};
        return std::get<edge::StoreChoice>(store).text();
    };
    return whispr_cli::run_migrate(argc, argv, "whisprd", configured);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "migrate") return migrate(argc, argv);
    // Signals are waited for below; the threads that are started meanwhile inherit that they are
    // blocked.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    sigprocmask(SIG_BLOCK, &ending, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    auto parsed = edge::parse_config(edge::config_input(argc, argv, WHISPR_VERSION));
    if (const auto* exit = std::get_if<edge::ConfigExit>(&parsed)) {
        std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
        return exit->code;
    }
    auto started = whisprd::App::start(std::get<edge::Config>(std::move(parsed)), WHISPR_VERSION);
    if (const auto* failure = std::get_if<whisprd::StartFailure>(&started)) {
        std::fprintf(stderr, "whisprd: %s\n", failure->text.c_str());
        return failure->code;
    }
    int signal = 0;
    sigwait(&ending, &signal);
    // Who asks a second time does not want to wait.
    std::signal(signal, [](int) { std::_Exit(1); });
    sigprocmask(SIG_UNBLOCK, &ending, nullptr);
    const auto& app = std::get<std::unique_ptr<whisprd::App>>(started);
    app->drain();
    app->stop();
}
