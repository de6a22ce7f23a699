// A stream on a pipe that the test holds: what is written, how much waits, and how it ends.
#include "grpc/stream.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <future>

#include "edge/metrics.hpp"
#include "grpc/stream_frames.hpp"
#include "grpc/streams.hpp"
#include "health.hpp"
#include "identity.hpp"
#include "meters.hpp"
#include "moderators.hpp"
#include "neighbours.hpp"
#include "rate_limits.hpp"
#include "user_sockets.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/memory.hpp"

namespace {

namespace v1 = whispr::v1;
using namespace std::chrono_literals;
using whisprd::rpc::Chunk;
using whisprd::rpc::Failure;
using whisprd::rpc::Stream;

class SilentWriter final : public edge::LogWriter {
 public:
    void write(std::string) override {}
};

// Everything a stream works with, on memory.
struct Parts {
    Parts() {
        config.dev = true;
        config.max_outbox_size = 1000;
    }
    edge::Config config;
    edge::Log log{std::make_unique<SilentWriter>(), {}};
    edge::Metrics metrics;
    whisprd::Meters meters{metrics};
    whisprd::IdentitySource identity{config, log};
    whisprd::RateLimits limits{0, 0};
    whisprd::JoinGate joins{0};
    whisprd::UserSockets sockets{0};
    edge::SessionSink sink{1, edge::phoenix::PresenceLeaves::only_who_is_gone};
    whisprd::rpc::Streams streams{1};
    whisprd::Neighbours neighbours{sink, &streams, nullptr, "whispr", log};
    std::unique_ptr<whispr::Engine> engine = *whispr::Engine::open(
        whispr::local_engine_options(whispr::make_memory_storage(whispr::make_system_clock())));
    whisprd::Health health{*engine, [] {}};
    whisprd::Moderators moderators{{}, {}};
    whisprd::Service service{config,  *engine,    identity.authenticator(),
                             sink,    log,        meters,
                             health,  limits,     joins,
                             sockets, moderators, neighbours,
                             nullptr, nullptr,    nullptr,
                             "test"};
    static inline const whispr::UserId alice =
        *whispr::UserId::parse("01890000-0000-7000-8000-00000000000a");
};

class Line final : public whisprd::rpc::Pipe {
 public:
    void read() override { reading = true; }
    void write(std::vector<Chunk> chunks) override {
        std::string bytes;
        for (const auto& chunk : chunks)
            bytes += *chunk;
        written.push_back(std::move(bytes));
    }
    void finish(const Failure* failure) override {
        finished = true;
        if (failure != nullptr) reason = failure->reason;
    }
    void cancel() override { cancelled = true; }

    bool reading = false;
    bool finished = false;
    bool cancelled = false;
    std::string reason;
    std::vector<std::string> written;
};

struct Opened {
    Opened() {
        if (!parts.sockets.open(Parts::alice)) std::abort();
        whisprd::rpc::Asker asker;
        asker.caller.user = Parts::alice;
        stream = std::make_shared<Stream>(parts.service, parts.streams, asker, "", line);
        stream->start();
    }
    ~Opened() {
        stream->on_done();
        parts.streams.stop();
    }
    // Greets, and takes what is written until the stream has caught up.
    void greet() {
        v1::ConnectRequest hello;
        hello.set_id(1);
        hello.mutable_hello();
        stream->on_command(hello);
        drain();
        settle();
        drain();
        settle();
        drain();
    }
    // Waits until the worker has done what was posted.
    void settle() {
        std::promise<void> done;
        parts.streams.workers().at(0).post([&done] { done.set_value(); });
        done.get_future().wait();
    }
    void drain() {
        for (std::size_t seen = 0; seen != line.written.size();) {
            seen = line.written.size();
            stream->on_written(true);
        }
    }
    void tell(std::size_t bytes) {
        stream->tell({whisprd::rpc::notice_chunk("x", std::string(bytes, ' ')), {}, 0, false});
    }

    Parts parts;
    Line line;
    std::shared_ptr<Stream> stream;
};

int frames_of(const std::string& bytes) {
    v1::ConnectResponse response;
    return response.ParseFromString(bytes) ? response.frames_size() : -1;
}

}  // namespace

TEST_CASE("What queues up while a write is under way goes out as one message") {
    Opened opened;
    opened.greet();
    opened.line.written.clear();
    for (int i = 0; i < 5; ++i)
        opened.tell(10);
    REQUIRE(opened.line.written.size() == 1);
    CHECK(frames_of(opened.line.written[0]) == 1);
    opened.stream->on_written(true);
    REQUIRE(opened.line.written.size() == 2);
    CHECK(frames_of(opened.line.written[1]) == 4);
}

TEST_CASE("A stream whose outbox is full ends with PULL, after the write that is under way") {
    Opened opened;
    opened.greet();
    for (int i = 0; i < 20; ++i)
        opened.tell(100);
    CHECK_FALSE(opened.line.finished);
    const std::size_t before = opened.line.written.size();
    opened.stream->on_written(true);
    CHECK(opened.line.finished);
    CHECK(opened.line.reason == "PULL");
    CHECK(opened.line.written.size() == before);
}

TEST_CASE("What is held before hello is bounded, too") {
    Opened opened;
    for (int i = 0; i < 20; ++i)
        opened.tell(100);
    CHECK(opened.line.finished);
    CHECK(opened.line.reason == "PULL");
}

TEST_CASE("A client that does not take the end is cut off, after a while and once") {
    Opened opened;
    opened.greet();
    opened.tell(10);
    opened.stream->end(whisprd::rpc::failure(edge::GrpcCode::unavailable, "STOPPING", ""));
    const auto wall = std::chrono::system_clock::now();
    opened.stream->tick(Stream::Clock::now() + 1s, wall);
    CHECK_FALSE(opened.line.cancelled);
    opened.stream->tick(Stream::Clock::now() + 10s, wall);
    CHECK(opened.line.cancelled);
    CHECK_FALSE(opened.line.finished);
    opened.stream->on_written(false);
    CHECK(opened.line.finished);
}

TEST_CASE("Who says no hello is ended") {
    Opened opened;
    opened.stream->tick(Stream::Clock::now() + 1h, std::chrono::system_clock::now());
    CHECK(opened.line.finished);
    CHECK(opened.line.reason == "HELLO_EXPECTED");
}

TEST_CASE("Of a conversation that is not open no signals are told") {
    Opened opened;
    opened.greet();
    const std::size_t before = opened.line.written.size();
    opened.stream->tell({whisprd::rpc::notice_chunk("x", "{}"), {}, 0, true});
    CHECK(opened.line.written.size() == before);
}

TEST_CASE("While too many commands are under way nothing is read") {
    Opened opened;
    opened.greet();
    opened.parts.config.max_pushes_in_flight = 0;
    opened.line.reading = false;
    v1::ConnectRequest command;
    command.set_id(2);
    command.mutable_close_conversation()->set_conversation_id("x");
    opened.stream->on_command(command);
    CHECK_FALSE(opened.line.reading);
}
