#include "postgres_server.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace whispr::test {

namespace {

std::string output_of(const std::string& command) {
    std::string output;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return output;
    std::array<char, 256> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr)
        output += buffer.data();
    ::pclose(pipe);
    while (!output.empty() && output.back() == '\n')
        output.pop_back();
    return output;
}

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

}  // namespace

PostgresServer& PostgresServer::instance() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() {
    programs_ = output_of("pg_config --bindir 2>/dev/null");
    if (::access((programs_ + "/initdb").c_str(), X_OK) != 0) {
        // The development files and the server may be of different versions.
        programs_ = output_of("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1");
    }
    if (::geteuid() == 0) {
        const std::string owner = output_of("id -u postgres 2>/dev/null");
        if (owner.empty()) FAIL("there is no user 'postgres' to run PostgreSQL as");
        const auto user = static_cast<uid_t>(std::stoul(owner));
        REQUIRE(::chown(folder_.file("").c_str(), user, static_cast<gid_t>(-1)) == 0);
    }
    run("initdb", "--no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C -D " +
                      folder_.file("data"));
    run("pg_ctl", "start -w -t 60 -D " + folder_.file("data") + " -l " +
                      folder_.file("server.log") + " -o \"-k " + folder_.file("") +
                      " -c listen_addresses='' -c fsync=off -c max_connections=20\"");
}

PostgresServer::~PostgresServer() {
    try {
        run("pg_ctl", "stop -w -m immediate -D " + folder_.file("data"));
    } catch (...) {
        std::cerr << "the PostgreSQL in " << folder_.file("") << " did not stop\n";
    }
}

void PostgresServer::run(const std::string& program, const std::string& arguments) const {
    const std::string log = folder_.file("log");
    const std::string as_user = ::geteuid() == 0 ? "runuser -u postgres -- " : "";
    const std::string command =
        "cd / && " + as_user + programs_ + "/" + program + " " + arguments + " >" + log + " 2>&1";
    if (std::system(command.c_str()) != 0) {
        FAIL(command << "\n" << content_of(log) << content_of(folder_.file("server.log")));
    }
}

std::string PostgresServer::connection_string() const {
    return "host=" + folder_.file("") + " user=postgres dbname=postgres";
}

}  // namespace whispr::test
