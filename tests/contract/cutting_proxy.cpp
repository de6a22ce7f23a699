#include "cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <string_view>

namespace whispr::test {

namespace {

constexpr int look_around_ms = 20;
/// An error of the protocol: type, length, fields that end with a zero each.
constexpr std::string_view last_words(
    "E\0\0\0\x30"
    "SFATAL\0VFATAL\0C08P01\0Mserver conn crashed?\0",
    49);

bool pass_on(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

int connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return -1;
    std::memcpy(static_cast<char*>(address.sun_path), path.c_str(), path.size() + 1);
    const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return server;
    ::close(server);
    return -1;
}

}  // namespace

int SyncCount::in(std::string_view bytes) {
    int syncs = 0;
    while (!bytes.empty()) {
        if (left_ > 0) {
            const std::size_t skipped = std::min(left_, bytes.size());
            bytes.remove_prefix(skipped);
            left_ -= skipped;
            continue;
        }
        head_ += bytes.front();
        bytes.remove_prefix(1);
        // A type, and a length that counts itself.
        if (head_.size() < (introduced_ ? 5U : 4U)) continue;
        if (introduced_ && head_.front() == 'S') ++syncs;
        for (const char byte : std::string_view(head_).substr(head_.size() - 4))
            left_ = left_ << 8 | static_cast<unsigned char>(byte);
        left_ -= 4;
        introduced_ = true;
        head_.clear();
    }
    return syncs;
}

CuttingProxy::CuttingProxy(std::string socket) : socket_(std::move(socket)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener_, plain, size) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    REQUIRE(::getsockname(listener_, plain, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

CuttingProxy::~CuttingProxy() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
    for (const Line& line : lines_) {
        ::close(line.client);
        ::close(line.server);
    }
}

std::string CuttingProxy::connection_string() const {
    return "host=127.0.0.1 sslmode=disable gssencmode=disable user=postgres dbname=postgres port=" +
           std::to_string(port_);
}

void CuttingProxy::cut_next(Cut cut, bool and_refuse) {
    const std::lock_guard lock(mutex_);
    next_ = cut;
    refuse_after_ = and_refuse;
    made_ = false;
}

void CuttingProxy::wait_for_cut() {
    std::unique_lock lock(mutex_);
    cut_made_.wait(lock, [this] { return made_; });
}

void CuttingProxy::made() {
    const std::lock_guard lock(mutex_);
    if (refuse_after_) refuses_ = true;
    made_ = true;
    cut_made_.notify_all();
}

void CuttingProxy::run() {
    while (!stop_) {
        std::vector<pollfd> watched{{listener_, POLLIN, 0}};
        for (const Line& line : lines_) {
            watched.push_back({line.client, POLLIN, 0});
            watched.push_back({line.server, POLLIN, 0});
        }
        if (::poll(watched.data(), watched.size(), look_around_ms) <= 0) continue;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            Line& line = lines_[i];
            const bool over = (watched[2 * i + 1].revents != 0 && !from_client(line)) ||
                              (watched[2 * i + 2].revents != 0 && !from_server(line));
            if (!over) continue;
            ::close(std::exchange(line.client, -1));
            ::close(std::exchange(line.server, -1));
        }
        std::erase_if(lines_, [](const Line& line) { return line.client < 0; });
        if (watched[0].revents != 0) accept_one();
    }
}

void CuttingProxy::accept_one() {
    const int client = ::accept(listener_, nullptr, nullptr);
    const int server = refuses_ ? -1 : connect_to(socket_);
    if (server >= 0) {
        lines_.push_back({client, server});
    } else {
        ::close(client);
    }
}

bool CuttingProxy::from_client(Line& line) {
    std::array<char, 65'536> buffer{};
    const ssize_t read = ::recv(line.client, buffer.data(), buffer.size(), 0);
    if (read <= 0) return false;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(read));
    round_trips_ += line.syncs.in(bytes);
    if (bytes.find("COMMIT") != std::string_view::npos) {
        {
            const std::lock_guard lock(mutex_);
            line.at_answer = std::exchange(next_, Cut::never);
        }
        if (line.at_answer == Cut::before) {
            made();
            return false;
        }
    }
    return pass_on(line.server, bytes);
}

bool CuttingProxy::from_server(Line& line) {
    std::array<char, 65'536> buffer{};
    const ssize_t read = ::recv(line.server, buffer.data(), buffer.size(), 0);
    if (read <= 0) return false;
    if (line.at_answer != Cut::never) {
        if (line.at_answer == Cut::ended) (void)pass_on(line.client, last_words);
        made();
        return line.at_answer == Cut::unheard;
    }
    return pass_on(line.client, {buffer.data(), static_cast<std::size_t>(read)});
}

}  // namespace whispr::test
