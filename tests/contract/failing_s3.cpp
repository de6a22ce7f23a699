#include "failing_s3.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

namespace whispr::test {

namespace {

/// Reads a request with its body; gives its head.
std::string read_request(int socket) {
    std::string bytes;
    std::array<char, 4096> part{};
    std::size_t wanted = std::string::npos;
    while (bytes.size() < wanted) {
        const ssize_t size = ::recv(socket, part.data(), part.size(), 0);
        if (size <= 0) return {};
        bytes.append(part.data(), static_cast<std::size_t>(size));
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string::npos || wanted != std::string::npos) continue;
        const std::string name = "Content-Length: ";
        const auto length = bytes.find(name);
        wanted = end + 4;
        if (length < end) wanted += std::stoul(bytes.substr(length + name.size()));
    }
    return bytes.substr(0, bytes.find("\r\n\r\n"));
}

}  // namespace

FailingS3::FailingS3(std::vector<std::string> answers) : answers_(std::move(answers)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener_, plain, size) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    REQUIRE(::getsockname(listener_, plain, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

FailingS3::~FailingS3() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const int socket : waiting_)
        ::close(socket);
}

std::string FailingS3::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> FailingS3::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void FailingS3::serve() {
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::string head = read_request(socket);
        std::string said;
        {
            const std::lock_guard lock(mutex_);
            if (requests_.size() < answers_.size()) said = answers_[requests_.size()];
            requests_.push_back(head);
            if (said.empty()) waiting_.push_back(socket);
        }
        if (said.empty()) continue;
        ::send(socket, said.data(), said.size(), MSG_NOSIGNAL);
        ::close(socket);
    }
}

std::string answer(int status, const std::string& body, std::size_t size) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Said\r\nConnection: close\r\nETag: \"e\"\r\nContent-Length: " + std::to_string(size) +
           "\r\n\r\n" + body;
}

}  // namespace whispr::test
