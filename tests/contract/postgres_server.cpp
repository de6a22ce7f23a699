#include "postgres_server.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
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

PostgresServer::PostgresServer(std::string settings) : settings_(std::move(settings)) {
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
    // Everybody is let in, but for one who needs a password.
    std::ofstream(folder_.file("data/pg_hba.conf"))
        << "local all with_password scram-sha-256\nlocal all all trust\n";
    start();
}

void PostgresServer::start() {
    run("pg_ctl", "start -w -t 60 -D " + folder_.file("data") + " -l " +
                      folder_.file("server.log") + " -o \"-k " + folder_.file("") +
                      " -c listen_addresses='' -c fsync=off -c max_connections=100 " + settings_ +
                      "\"");
    runs_ = true;
}

void PostgresServer::stop(const std::string& mode) {
    runs_ = false;
    run("pg_ctl", "stop -w -m " + mode + " -D " + folder_.file("data"));
}

PostgresServer::~PostgresServer() {
    try {
        if (runs_) stop("immediate");
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

std::string PostgresServer::socket() const {
    return folder_.file("") + "/.s.PGSQL.5432";
}

std::string PostgresServer::ask(const std::string& sql, const std::string& database,
                                bool may_fail) const {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(
        PQconnectdb((connection_string() + " dbname=" + database +
                     " options='-c client_min_messages=warning'")
                        .c_str()),
        PQfinish);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> answer(
        PQexec(connection.get(), sql.c_str()), PQclear);
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !may_fail)
        FAIL(PQerrorMessage(connection.get()) << sql);
    return PQntuples(answer.get()) == 0 ? "" : PQgetvalue(answer.get(), 0, 0);
}

}  // namespace whispr::test
