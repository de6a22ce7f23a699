// A Redis of this process's own, gone with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace whispr::test {

class RedisServer {
 public:
    /// Started when it is made; fails the test when it cannot be.
    RedisServer();
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    void start();
    /// As a crash does.
    void kill();
    /// Stands still from `pause` to `go_on`; its sockets stay open.
    void pause() const;
    void go_on() const;
    /// Sends a command in one line, and waits for its answer.
    void ask(const std::string& line) const;
    [[nodiscard]] std::string url() const;

 private:
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
    int output_ = -1;
};

}  // namespace whispr::test
