// The composition root: makes every part of whisprd, in the order in which they need each other,
// and takes them apart again.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "edge/config.hpp"

namespace whisprd {

// Why the server did not start; the process ends with `code`.
struct StartFailure {
    int code = 1;
    std::string text;
};

class App {
 public:
    // Opens the store, loads keys, listens and serves. Says on standard output where.
    [[nodiscard]] static std::variant<std::unique_ptr<App>, StartFailure> start(
        edge::Config config, std::string version);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    // Says that it is not ready and serves on for the configured delay, in which balancers ask and
    // send new requests elsewhere. Blocks for that time.
    void drain();
    // Ends within the configured time: tells sockets to come back, answers what is under way,
    // closes the store.
    void stop();

 private:
    struct Parts;
    explicit App(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace whisprd
