// Calls a server: so many calls at a time, and events until all have come.
#pragma once

#include <memory>
#include <string>

namespace bench_grpc {

class LoadClient {
 public:
    // `token` is sent with every call, to whichever server.
    LoadClient(int port, std::string token);
    ~LoadClient();

    // `calls` calls, `at_once` of them at a time. False when one failed.
    [[nodiscard]] bool echo(int calls, int at_once);
    // Asks for `events` on a server stream, or on a Connect stream, and waits for all of them.
    [[nodiscard]] bool feed(int events, bool connect);

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace bench_grpc
