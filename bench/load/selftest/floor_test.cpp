#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "client/swarm.hpp"
#include "floor/floor_server.hpp"
#include "server/server.hpp"

using namespace load;

namespace {

volatile int stop_floor = 0;

// The floor in a process of its own, as it is used.
class FloorProcess {
 public:
    explicit FloorProcess(std::size_t burst = 1) {
        server_.name = "floor";
        server_.endpoint.port = free_port();
        pid_ = ::fork();
        if (pid_ == 0) {
            ::signal(SIGTERM, SIG_DFL);
            FloorServer({server_.endpoint.port, burst}).run(stop_floor);
            ::_exit(0);
        }
        wait_for(server_, "", std::chrono::seconds(10));
    }
    ~FloorProcess() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    FloorProcess(const FloorProcess&) = delete;
    FloorProcess& operator=(const FloorProcess&) = delete;

    [[nodiscard]] Endpoint endpoint() const { return server_.endpoint; }

 private:
    Server server_;
    pid_t pid_ = -1;
};

struct Recorder : SwarmHandler {
    void on_message(std::size_t connection, std::string_view message) override {
        seen.emplace_back(connection, std::string(message));
    }
    std::vector<std::pair<std::size_t, std::string>> seen;
};

constexpr auto patience = std::chrono::seconds(20);

std::string path_of(std::size_t connection) {
    return connection == 0 ? "/pub" : connection == 1 ? "/echo" : "/sub";
}

}  // namespace

TEST_CASE("the floor gives every subscriber every message of a publisher, once and in order") {
    const FloorProcess floor;
    Swarm swarm(floor.endpoint(), Framing::websocket);
    Recorder recorder;
    swarm.set_handler(&recorder);
    swarm.connect(5, path_of, patience);
    swarm.send(0, "one");
    swarm.send(0, std::string(70000, 'x'));
    REQUIRE(swarm.run_until([&] { return recorder.seen.size() == 6; }, after(patience)));
    for (std::size_t connection = 2; connection < 5; ++connection) {
        std::vector<std::size_t> sizes;
        for (const auto& [to, text] : recorder.seen) {
            if (to == connection) sizes.push_back(text.size());
        }
        REQUIRE(sizes == std::vector<std::size_t>{3, 70000});
    }
}

TEST_CASE("the floor echoes on /echo and keeps silent otherwise") {
    const FloorProcess floor;
    Swarm swarm(floor.endpoint(), Framing::websocket);
    Recorder recorder;
    swarm.set_handler(&recorder);
    swarm.connect(3, path_of, patience);
    swarm.send(2, "dropped");
    swarm.send(1, "returned");
    REQUIRE(swarm.run_until([&] { return !recorder.seen.empty(); }, after(patience)));
    REQUIRE(recorder.seen.size() == 1);
    REQUIRE(recorder.seen[0] == std::make_pair(std::size_t{1}, std::string("returned")));
}

TEST_CASE("a burst is delivered when it is full") {
    const FloorProcess floor(3);
    Swarm swarm(floor.endpoint(), Framing::websocket);
    Recorder recorder;
    swarm.set_handler(&recorder);
    swarm.connect(3, path_of, patience);
    swarm.send(0, "a");
    swarm.send(0, "b");
    swarm.send(1, "returned");
    REQUIRE(swarm.run_until([&] { return !recorder.seen.empty(); }, after(patience)));
    REQUIRE(recorder.seen[0].second == "returned");
    swarm.send(0, "c");
    REQUIRE(swarm.run_until([&] { return recorder.seen.size() == 4; }, after(patience)));
    REQUIRE(recorder.seen[3].second == "c");
}

TEST_CASE("the floor answers plain requests and drops nonsense") {
    const FloorProcess floor;
    Swarm swarm(floor.endpoint(), Framing::http);
    Recorder recorder;
    swarm.set_handler(&recorder);
    swarm.connect(
        1, [](std::size_t) { return std::string(); }, patience);
    swarm.send(0, "GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(swarm.run_until([&] { return recorder.seen.size() == 1; }, after(patience)));
    swarm.send(0, "nonsense\r\n\r\n");
    REQUIRE_THROWS(swarm.run_until([] { return false; }, after(patience)));
}
