#include "postgres/server.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>

#include "meter/give_up.hpp"

namespace bench {

namespace {

std::string first_line_of(const std::string& command) {
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return {};
    std::array<char, 256> line{};
    std::string first = std::fgets(line.data(), line.size(), pipe) != nullptr ? line.data() : "";
    ::pclose(pipe);
    if (!first.empty() && first.back() == '\n') first.pop_back();
    return first;
}

}  // namespace

PostgresServer::PostgresServer()
    : programs_(first_line_of("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1")) {
    if (programs_.empty()) give_up("there is no PostgreSQL below /usr/lib/postgresql");
    if (::geteuid() == 0) {
        const std::string owner = first_line_of("id -u postgres 2>/dev/null");
        if (owner.empty()) give_up("there is no user 'postgres' to run PostgreSQL as");
        const auto user = static_cast<uid_t>(std::stoul(owner));
        if (::chown(folder_.file("").c_str(), user, static_cast<gid_t>(-1)) != 0)
            give_up("the folder cannot be given to 'postgres'");
    }
    const std::string data = folder_.file("data");
    const std::string settings = " -o \"-k " + folder_.file("") +
                                 " -c listen_addresses='' -c fsync=on -c synchronous_commit=on "
                                 "-c shared_buffers=256MB -c max_wal_size=4GB\"";
    if (!call("initdb", "--auth=trust --username=postgres --encoding=UTF8 --locale=C -D " + data) ||
        !call("pg_ctl", "start -w -t 60 -D " + data + " -l " + folder_.file("log") + settings))
        give_up("PostgreSQL does not start");
}

PostgresServer::~PostgresServer() {
    if (!call("pg_ctl", "stop -w -m immediate -D " + folder_.file("data")))
        std::cerr << "the PostgreSQL in " << folder_.file("") << " did not stop\n";
}

bool PostgresServer::call(const std::string& program, const std::string& arguments) const {
    const std::string as_user = ::geteuid() == 0 ? "runuser -u postgres -- " : "";
    const std::string command = "cd / && " + as_user + programs_ + "/" + program + " " + arguments;
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

std::string PostgresServer::connection_string() const {
    return "host=" + folder_.file("") + " user=postgres dbname=postgres";
}

std::string PostgresServer::run(const std::string& sql) const {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(
        PQconnectdb(connection_string().c_str()), PQfinish);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> answer(
        PQexec(connection.get(), sql.c_str()), PQclear);
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        give_up(std::string(PQerrorMessage(connection.get())) + " in " + sql);
    return PQntuples(answer.get()) == 0 ? "" : PQgetvalue(answer.get(), 0, 0);
}

std::chrono::nanoseconds PostgresServer::cpu() const {
    const std::string main_process =
        first_line_of("head -n 1 " + folder_.file("data/postmaster.pid"));
    std::ifstream children("/proc/" + main_process + "/task/" + main_process + "/children");
    std::chrono::nanoseconds used{0};
    for (std::string child; children >> child;) {
        long long own = 0;
        if (std::ifstream("/proc/" + child + "/schedstat") >> own)
            used += std::chrono::nanoseconds(own);
    }
    return used;
}

}  // namespace bench
