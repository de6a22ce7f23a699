#include "command_line.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace load {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_connections = 18000;

std::string in_path(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::istringstream directories(path != nullptr ? path : "/usr/bin:/bin");
    std::string directory;
    while (std::getline(directories, directory, ':')) {
        const std::string file = directory + "/" + program;
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

std::string beside_us(const std::string& program) {
    std::error_code error;
    const fs::path file = fs::read_symlink("/proc/self/exe", error).parent_path() / program;
    return fs::exists(file, error) ? file.string() : std::string();
}

void add_server_options(CLI::App& app, CommandLine& line) {
    Setup& setup = line.setup;
    app.add_option("--whisprd", setup.whisprd, "program to start and measure")
        ->check(CLI::ExistingFile);
    app.add_option("--server-arg", setup.whisprd_args, "one more argument for whisprd; repeatable")
        ->allow_extra_args(false);
    app.add_flag("--limits-as-shipped", line.limits_as_shipped,
                 "keep whisprd's limits per user and time");
    app.add_option("--store", setup.store, "its --store; default: SQLite in the run's directory");
    app.add_option("--server", setup.server_port, "port of a whisprd that already runs");
    app.add_option("--pid", setup.server_pid, "its process, for CPU and memory");
    app.add_option("--key", setup.key_file, "signing key (PEM); default: its dev-key.pem");
    app.add_option("--kid", setup.kid, "key id; default: as its own development token has it");
    app.add_option("--floor", setup.floor, "floor server; 'none' to leave out")
        ->default_str("whispr_floor beside this program");
    app.add_option("--redis", setup.redis, "redis-server; 'none' to leave out")
        ->default_str("the one in PATH");
}

void add_run_options(CLI::App& app, CommandLine& line) {
    app.add_option("--rounds", line.setup.rounds, "rounds, interleaved; 0: the scenario's own")
        ->check(CLI::Range(0, 100));
    app.add_option("--seconds", line.setup.seconds, "length of a measured window")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    app.add_option("--max-seconds", line.max_seconds, "the whole run is killed after this")
        ->check(CLI::Range(1, 7200))
        ->capture_default_str();
    app.add_option("--work-dir", line.work_base, "where servers keep their data (names the disk)")
        ->check(CLI::ExistingDirectory)
        ->capture_default_str();
    app.add_flag("--keep", line.keep_files, "keep the servers' data and logs");
    app.add_option("--json", line.setup.json_file, "write the figures to this file");
}

CLI::App* subcommand(CLI::App& app, CommandLine& line, const std::string& name,
                     const std::string& text) {
    CLI::App* scenario = app.add_subcommand(name, text);
    scenario->fallthrough();
    scenario->callback([&line, name] { line.scenario = name; });
    return scenario;
}

void add_count(CLI::App* app, const std::string& name, std::size_t& value, std::size_t most,
               const std::string& text) {
    app->add_option(name, value, text)
        ->check(CLI::Range(std::size_t{1}, most))
        ->capture_default_str();
}

void add_fanout(CLI::App& app, CommandLine& line) {
    FanoutOptions& options = line.fanout;
    CLI::App* fanout = subcommand(app, line, "fanout", "one publisher, many subscribers");
    fanout->add_option("--subscribers", options.subscribers, "receivers")
        ->check(CLI::Range(std::size_t{2}, most_connections))
        ->capture_default_str();
    add_count(fanout, "--bytes", options.bytes, 65536, "content of a message");
    fanout->add_option("--in-flight", options.in_flight, "messages under way; several: in turn")
        ->check(CLI::Range(1, 64))
        ->delimiter(',')
        ->capture_default_str();
    fanout->add_flag("--user-topics", options.user_topics, "receivers join user:<id> as well");
    fanout->add_flag("--ephemeral,!--no-ephemeral", options.ephemeral, "typing events");
    fanout->add_flag("--durable,!--no-durable", options.durable, "stored messages");
    fanout->add_flag("--two-nodes", options.two_nodes,
                     "two nodes as well, through Redis; needs --store postgres://...");
    fanout->add_flag("--syscalls", options.syscalls, "count system calls with strace");
}

void add_others(CLI::App& app, CommandLine& line) {
    CLI::App* send = subcommand(app, line, "send", "send to acknowledgement, closed loop");
    add_count(send, "--clients", line.send.clients, most_connections, "connections");
    add_count(send, "--conversations", line.send.conversations, 100000, "groups written to");
    add_count(send, "--bytes", line.send.bytes, 65536, "content of a message");
    send->add_option("--in-flight", line.send.in_flight, "sends under way per client")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    send->add_option("--warm-up", line.send.warm_up_s, "seconds before measuring")
        ->check(CLI::Range(0.0, 60.0))
        ->capture_default_str();
    CLI::App* idle = subcommand(app, line, "idle", "memory of idle connections, CPU of connecting");
    add_count(idle, "--few", line.idle.few, most_connections, "connections of the first reading");
    add_count(idle, "--many", line.idle.many, most_connections, "of the second");
    CLI::App* join = subcommand(app, line, "join", "all members join at once");
    add_count(join, "--members", line.join.members, most_connections, "members of the group");
    CLI::App* list = subcommand(app, line, "list", "the conversation list over REST");
    add_count(list, "--conversations", line.list.conversations, 5000, "of the user");
    add_count(list, "--page", line.list.page, 100, "conversations a page");
    add_count(list, "--connections", line.list.connections, 64, "clients");
    subcommand(app, line, "start", "start to first answer, idle memory");
    CLI::App* count = subcommand(app, line, "instructions", "user instructions, by callgrind");
    add_count(count, "--few", line.instructions.few, 2000, "receivers of the first count");
    add_count(count, "--many", line.instructions.many, 2000, "of the second");
}

unsigned own_rounds(const std::string& scenario) {
    if (scenario == "instructions") return 1;
    return scenario == "idle" ? 3 : 5;
}

}  // namespace

int read_command_line(int argc, char** argv, CommandLine& line) {
    CLI::App app("whispr_load: measures a whisprd over its public wire, beside a floor server");
    line.setup.rounds = 0;
    line.setup.floor = beside_us("whispr_floor");
    line.setup.redis = in_path("redis-server");
    line.setup.strace = in_path("strace");
    add_server_options(app, line);
    add_run_options(app, line);
    add_fanout(app, line);
    add_others(app, line);
    app.require_subcommand(1);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return app.exit(problem);
    }
    if (line.setup.floor == "none") line.setup.floor.clear();
    if (line.setup.redis == "none") line.setup.redis.clear();
    if (line.setup.rounds == 0) line.setup.rounds = own_rounds(line.scenario);
    return -1;
}

}  // namespace load
