// The gRPC server: the services of proto/whispr/v1, health and reflection, on an address of their
// own. This header needs no gRPC.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "grpc/methods.hpp"
#include "grpc/streams.hpp"
#include "service.hpp"

namespace whisprd::rpc {

class Server {
 public:
    // Requires: both outlive it.
    Server(Service& service, Streams& streams);
    // Stops at once.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Why it did not start.
    struct Failed {
        bool mistake = false;  // of the configuration; otherwise it may work the next time
        std::string text;
    };
    // Adds a service to those of service_tables(). Before start().
    void add(const ServiceTable& table);
    // Listens where the configuration says. Call once.
    [[nodiscard]] std::optional<Failed> start();
    [[nodiscard]] std::uint16_t port() const;

    // What the health service says. Any thread.
    void set_serving(bool serving);
    // Takes nothing new, ends the streams, and gives calls this time to finish. May be called
    // again.
    void stop(std::chrono::milliseconds grace);

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace whisprd::rpc
