// One change on its way to many subscribers, from the engine's hand-over to what a writev would be
// given; no sockets. Floor: a loop that puts the same pieces into a list for each subscriber.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>

#include "codec/sample.hpp"
#include "edge/session_sink.hpp"
#include "fanout/desk_socket.hpp"
#include "meter/allocations.hpp"
#include "meter/cpu_time.hpp"
#include "meter/rounds.hpp"

namespace bench {

namespace {

using edge::phoenix::Dialect;
using edge::phoenix::Topic;

struct FanoutCase {
    std::size_t subscribers;
    std::size_t in_flight;  ///< changes of one batch
    bool user_topics;       ///< everyone listens to his own topic, too
};

class Connected final : public edge::Receiver {
 public:
    Connected(edge::Hub& hub, net::OutboxPool& pool, whispr::ConversationId conversation,
              whispr::UserId user, bool user_topic)
        : socket(hub.thread(), pool), channel_(socket, Dialect::v2), own_(socket, Dialect::v2) {
        hub.add(*this, user, Dialect::v2);
        const auto known = [](whispr::ConversationId, whispr::Mseq) { return false; };
        hub.subscribe({Topic::Kind::conversation, conversation.uuid}, channel_);
        channel_.open(known);
        if (!user_topic) return;
        hub.subscribe({Topic::Kind::user, user.uuid}, own_);
        own_.open(known);
    }
    void message_written(whispr::ConversationId, whispr::Mseq) override {}
    void membership_lost(whispr::ConversationId, whispr::Eseq) override {}
    void tick() override {}

    DeskSocket socket;

 private:
    edge::Subscriber channel_;
    edge::Subscriber own_;
};

// A thread's connections behind the real sink.
class Room {
 public:
    explicit Room(const FanoutCase& fanout)
        : sink_(1, edge::phoenix::PresenceLeaves::only_who_is_gone) {
        const whispr::Event event = message_created(200, fanout.subscribers);
        edge::Hub& hub = sink_.hub(thread_);
        for (std::size_t i = 0; i < fanout.subscribers; ++i) {
            everyone_.push_back(std::make_unique<Connected>(hub, pool_, event.conversation,
                                                            user_number(i), fanout.user_topics));
        }
        events_ = std::make_shared<whispr::Events>(fanout.in_flight, event);
    }
    void deliver() { sink_.deliver(events_); }
    std::size_t flush() {
        std::size_t bytes = 0;
        for (const auto& one : everyone_)
            bytes += one->socket.flush();
        return bytes;
    }
    [[nodiscard]] std::size_t distinct_buffers() const {
        std::set<const void*> buffers;
        for (const auto& one : everyone_)
            one->socket.collect(buffers);
        return buffers.size();
    }

 private:
    DeskThread thread_;
    net::OutboxPool pool_;
    edge::SessionSink sink_;
    std::vector<std::unique_ptr<Connected>> everyone_;
    std::shared_ptr<whispr::Events> events_;
};

// What is left when nothing is looked up, counted or bounded.
class RawRoom {
 public:
    explicit RawRoom(const FanoutCase& fanout)
        : pieces_(fanout.in_flight * (fanout.user_topics ? 4 : 1)), waiting_(fanout.subscribers) {
        for (auto& list : waiting_)
            list.reserve(pieces_);
    }
    std::size_t deliver_and_flush() {
        for (auto& list : waiting_) {
            for (std::size_t i = 0; i < pieces_; ++i)
                list.push_back({payload_.data(), 300});
        }
        std::size_t bytes = 0;
        for (auto& list : waiting_) {
            for (const iovec& piece : list)
                bytes += piece.iov_len;
            benchmark::DoNotOptimize(list.data());
            list.clear();
        }
        return bytes;
    }

 private:
    std::array<char, 512> payload_{};
    std::size_t pieces_;
    std::vector<std::vector<iovec>> waiting_;
};

void run(benchmark::State& state, const FanoutCase& fanout) {
    Room room(fanout);
    RawRoom raw(fanout);
    Rounds rounds;
    room.deliver();
    rounds.add("buffers_per_change", static_cast<double>(room.distinct_buffers()) /
                                         static_cast<double>(fanout.in_flight));
    room.flush();
    const std::size_t deliveries =
        fanout.subscribers * fanout.in_flight * (fanout.user_topics ? 2 : 1);
    {
        const AllocationCount allocations;
        room.deliver();
        room.flush();
        rounds.add("allocations_per_change", static_cast<double>(allocations.count()) /
                                                 static_cast<double>(fanout.in_flight));
    }
    const std::size_t times = 2'000'000 / deliveries + 1;
    const auto each = [&](std::chrono::nanoseconds time) {
        return static_cast<double>(time.count()) / static_cast<double>(times * deliveries);
    };
    for (auto _ : state) {
        const Stopwatch ours;
        for (std::size_t i = 0; i < times; ++i) {
            room.deliver();
            benchmark::DoNotOptimize(room.flush());
        }
        const double used = each(ours.cpu());
        state.SetIterationTime(std::chrono::duration<double>(ours.wall()).count());
        const Stopwatch floor;
        for (std::size_t i = 0; i < times; ++i)
            benchmark::DoNotOptimize(raw.deliver_and_flush());
        const double least = each(floor.cpu());
        rounds.add("ns_per_delivery", used);
        rounds.add("floor_ns", least);
        rounds.add("ratio", used / least);
    }
    rounds.report(state);
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
    for (const bench::FanoutCase& fanout :
         {bench::FanoutCase{1, 1, false}, bench::FanoutCase{1000, 1, false},
          bench::FanoutCase{1000, 8, false}, bench::FanoutCase{1000, 1, true},
          bench::FanoutCase{1000, 8, true}}) {
        const std::string name = "fanout/subscribers:" + std::to_string(fanout.subscribers) +
                                 "/in_flight:" + std::to_string(fanout.in_flight) +
                                 (fanout.user_topics ? "/both_topics" : "");
        benchmark::RegisterBenchmark(name.c_str(), bench::run, fanout)
            ->Iterations(bench::round_count())
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
