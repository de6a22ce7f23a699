#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>

#include "client/failure.hpp"
#include "command_line.hpp"
#include "measure/machine.hpp"
#include "scenario/start.hpp"

namespace {

using load::CommandLine;
using load::Report;

// The servers are children that die with us, so being killed leaves nothing behind but files.
void out_of_time(int /*signal*/) {
    static constexpr char text[] = "whispr_load: out of time (--max-seconds)\n";
    (void)!::write(2, text, sizeof text - 1);
    ::_exit(3);
}

void run_scenario(const CommandLine& line, Report& report) {
    const load::Setup& setup = line.setup;
    if (line.scenario == "fanout") load::run_fanout(setup, line.fanout, report);
    if (line.scenario == "send") load::run_send(setup, line.send, report);
    if (line.scenario == "idle") load::run_idle(setup, line.idle, report);
    if (line.scenario == "join") load::run_join(setup, line.join, report);
    if (line.scenario == "list") load::run_list(setup, line.list, report);
    if (line.scenario == "start") load::run_start(setup, report);
    if (line.scenario == "instructions") {
        load::run_instructions(setup, line.instructions, report);
    }
}

void describe(const CommandLine& line, std::size_t descriptors, Report& report) {
    for (auto& [what, value] : load::describe_machine(line.setup.work_dir)) {
        report.condition(what, value);
    }
    if (line.setup.has_whisprd()) {
        report.condition("limits", line.limits_as_shipped || line.setup.server_port != 0
                                       ? "as shipped"
                                       : "of users and time lifted");
    }
    report.condition("descriptors", std::to_string(descriptors));
    if (!line.setup.whisprd.empty()) {
        report.condition("whisprd", load::first_line_of(line.setup.whisprd, "--version"));
    }
    if (!line.setup.redis.empty() && line.scenario == "fanout") {
        report.condition("redis", load::first_line_of(line.setup.redis, "--version"));
    }
}

int run(CommandLine& line) {
    std::string work_dir = line.work_base + "/whispr-load-XXXXXX";
    if (::mkdtemp(work_dir.data()) == nullptr) throw load::system_failure("make " + work_dir);
    line.setup.work_dir = work_dir;
    const std::size_t descriptors = load::raise_descriptor_limit();
    // Two servers may run at a time, and the operators' address is a fixed one.
    ::setenv("WHISPR_ADMIN_LISTEN", "off", 1);
    if (!line.limits_as_shipped) load::lift_server_limits(line.scenario != "join");
    Report report(line.scenario);
    describe(line, descriptors, report);
    int status = 0;
    try {
        run_scenario(line, report);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "whispr_load: %s: %s\n", line.scenario.c_str(), problem.what());
        report.note(std::string("ended early: ") + problem.what());
        status = 1;
    }
    report.print();
    if (!line.setup.json_file.empty()) std::ofstream(line.setup.json_file) << report.json();
    if (line.keep_files) {
        std::printf("  files kept in %s\n", work_dir.c_str());
    } else {
        std::error_code ignored;
        std::filesystem::remove_all(work_dir, ignored);
    }
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    CommandLine line;
    const int status = load::read_command_line(argc, argv, line);
    if (status >= 0) return status;
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGALRM, out_of_time);
    ::alarm(line.max_seconds);
    try {
        return run(line);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "whispr_load: %s\n", problem.what());
        return 1;
    }
}
