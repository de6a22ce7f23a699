#include "redis_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

namespace whispr::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket, plain, size) == 0);
    REQUIRE(::getsockname(socket, plain, &size) == 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

/// Reads what the server says until it says that it can be used; false when it ends before.
bool is_ready(int output) {
    std::string said;
    std::array<char, 512> part{};
    while (said.find("Ready to accept connections") == std::string::npos) {
        const ssize_t size = ::read(output, part.data(), part.size());
        if (size <= 0) return false;
        said.append(part.data(), static_cast<std::size_t>(size));
    }
    return true;
}

}  // namespace

RedisServer::RedisServer() : port_(free_port()) {
    start();
}

RedisServer::~RedisServer() {
    kill();
}

void RedisServer::start() {
    const std::string port = std::to_string(port_);
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
        ::dup2(pipe[1], 1);
        ::dup2(pipe[1], 2);
        ::execlp("redis-server", "redis-server", "--port", port.c_str(), "--bind", "127.0.0.1",
                 "--save", "", nullptr);
        ::_exit(127);
    }
    ::close(pipe[1]);
    // Stays open: the server goes on writing there.
    output_ = pipe[0];
    if (!is_ready(output_)) FAIL("redis-server does not start");
}

void RedisServer::kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::close(output_);
    process_ = -1;
}

void RedisServer::pause() const {
    // Not before it really stands still.
    ::kill(process_, SIGSTOP);
    ::waitpid(process_, nullptr, WUNTRACED);
}

void RedisServer::go_on() const {
    ::kill(process_, SIGCONT);
}

void RedisServer::ask(const std::string& line) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port_);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const std::string text = line + "\r\n";
    REQUIRE(::write(socket, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    std::array<char, 512> answer{};
    CHECK(::read(socket, answer.data(), answer.size()) > 0);
    CHECK(answer[0] != '-');
    ::close(socket);
}

std::string RedisServer::url() const {
    return "redis://127.0.0.1:" + std::to_string(port_);
}

}  // namespace whispr::test
