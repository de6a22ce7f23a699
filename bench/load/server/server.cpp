#include "server/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "client/failure.hpp"

namespace load {
namespace {

constexpr auto start_patience = std::chrono::seconds(10);
// Under an instrumenting tool everything takes fifty times as long.
constexpr auto prefixed_patience = std::chrono::seconds(120);

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

bool accepts(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool up = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return up;
}

std::string end_of(const std::string& log_file) {
    std::ifstream file(log_file);
    std::ostringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    return all.size() > 1000 ? all.substr(all.size() - 1000) : all;
}

// Rounds start their servers anew; each gets files of its own.
std::string numbered(const Setup& setup, const std::string& label) {
    static unsigned count = 0;
    return setup.work_dir + "/" + label + "-" + std::to_string(++count);
}

Server start(const Setup& setup, const std::string& name, std::uint16_t port,
             const std::vector<std::string>& arguments, const std::string& log_file) {
    Server server;
    std::vector<std::string> command = setup.prefix;
    command.insert(command.end(), arguments.begin(), arguments.end());
    server.name = name;
    server.endpoint.port = port;
    server.child = std::make_unique<ChildProcess>(command, log_file);
    server.pid = server.child->pid();
    wait_for(server, log_file,
             setup.prefix.empty() ? Clock::duration(start_patience) : prefixed_patience);
    return server;
}

}  // namespace

std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    const bool bound =
        ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(fd);
    if (!bound) throw system_failure("find a free port");
    return ntohs(address.sin_port);
}

void wait_for(Server& server, const std::string& log_file, Clock::duration patience) {
    const Clock::time_point deadline = after(patience);
    while (!accepts(server.endpoint.port)) {
        if (server.child != nullptr && !server.child->alive()) {
            throw Failure(server.name + " ended at its start: " + end_of(log_file));
        }
        if (Clock::now() > deadline) {
            throw Failure(server.name + " does not listen on " + server.endpoint.host() + ": " +
                          end_of(log_file));
        }
        ::usleep(2000);
    }
}

std::vector<std::string> whisprd_command(const Setup& setup, std::uint16_t port,
                                         const std::string& data_dir) {
    const std::string store =
        setup.store.empty() ? "sqlite:" + data_dir + "/whispr.db" : setup.store;
    std::vector<std::string> command{setup.whisprd,         "serve",   "--listen",
                                     Endpoint{port}.host(), "--store", store,
                                     "--data-dir",          data_dir,  "--dev"};
    command.insert(command.end(), setup.whisprd_args.begin(), setup.whisprd_args.end());
    return command;
}

Server start_whisprd(const Setup& setup, const std::string& label) {
    if (setup.server_port != 0) {
        Server server;
        server.name = "whisprd";
        server.endpoint.port = setup.server_port;
        server.pid = setup.server_pid;
        wait_for(server, "", start_patience);
        return server;
    }
    if (setup.whisprd.empty()) throw Failure("give --whisprd PATH or --server PORT");
    const std::string data_dir = numbered(setup, label);
    std::filesystem::create_directories(data_dir);
    const std::uint16_t port = free_port();
    Server server =
        start(setup, "whisprd", port, whisprd_command(setup, port, data_dir), data_dir + ".log");
    server.data_dir = data_dir;
    return server;
}

Server start_floor(const Setup& setup, std::size_t burst) {
    const std::uint16_t port = free_port();
    return start(setup, "floor", port,
                 {setup.floor, "--port", std::to_string(port), "--burst", std::to_string(burst)},
                 setup.work_dir + "/floor.log");
}

Server start_redis(const Setup& setup) {
    const std::uint16_t port = free_port();
    // Persistence off: only its pub/sub is compared. Port by argument, so no file of the system's
    // is read.
    return start(setup, "redis", port,
                 {setup.redis, "--port", std::to_string(port), "--bind", "127.0.0.1", "--save", "",
                  "--appendonly", "no", "--dir", setup.work_dir, "--maxclients", "18000",
                  "--client-output-buffer-limit", "pubsub", "0", "0", "0"},
                 setup.work_dir + "/redis.log");
}

}  // namespace load
