// Connect streams that are open and silent: many of them on few connections, as behind a gateway.
#pragma once

#include <memory>
#include <string>

namespace bench_grpc {

class IdleStreams {
 public:
    IdleStreams(int port, std::string token);
    // Ends them all.
    ~IdleStreams();

    // Opens more until there are `count`, each of which has caught up. False when one was refused.
    [[nodiscard]] bool open(int count);

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace bench_grpc
