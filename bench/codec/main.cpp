// Taking a client's frame apart, and writing a change for the wire, once for each dialect.
// Floors: the JSON parser alone over the same text, and copying the finished bytes into buffers of
// the same number and size.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstring>
#include <functional>
#include <memory>

#include "codec/sample.hpp"
#include "edge/json/document.hpp"
#include "edge/phoenix/client_frame.hpp"
#include "edge/phoenix/event_frames.hpp"
#include "meter/cpu_time.hpp"
#include "meter/give_up.hpp"
#include "meter/rounds.hpp"

namespace bench {

namespace {

using edge::phoenix::Dialect;
using edge::phoenix::PresenceLeaves;

constexpr std::size_t calls_per_round = 100'000;

double nanoseconds_each(const std::function<void()>& call) {
    const Stopwatch watch;
    for (std::size_t i = 0; i < calls_per_round; ++i)
        call();
    return static_cast<double>(watch.cpu().count()) / static_cast<double>(calls_per_round);
}

void compare(benchmark::State& state, const std::function<void()>& ours,
             const std::function<void()>& floor) {
    Rounds rounds;
    ours();
    floor();
    for (auto _ : state) {
        const double used = nanoseconds_each(ours);
        const double least = nanoseconds_each(floor);
        state.SetIterationTime(used * static_cast<double>(calls_per_round) / 1e9);
        rounds.add("ns", used);
        rounds.add("floor_ns", least);
        rounds.add("ratio", used / least);
    }
    rounds.report(state);
}

void decode(benchmark::State& state, Dialect dialect) {
    const std::string text = client_frame(dialect, 200);
    edge::json::Document document;
    const auto ours = [&] {
        const auto decoded = edge::phoenix::decode_text(document, text, dialect);
        if (decoded.fault != edge::phoenix::FrameFault::none)
            give_up("the frame is not understood");
        benchmark::DoNotOptimize(decoded.frame.payload.find("content").text.size());
        benchmark::DoNotOptimize(decoded.frame.payload.find("client_random").text.size());
    };
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(text);
    compare(state, ours, [&] { benchmark::DoNotOptimize(parser.parse(padded).error()); });
    state.counters["bytes"] = static_cast<double>(text.size());
}

void encode(benchmark::State& state, Dialect dialect) {
    const whispr::Event event = message_created(200, 2);
    const auto frames = edge::phoenix::frames_of(event, dialect, PresenceLeaves::only_who_is_gone);
    std::vector<std::string> parts;
    double bytes = 0;
    for (const auto& one : frames) {
        for (const auto& part : {one.frame.head, one.frame.tail}) {
            if (part) parts.emplace_back(part.view());
            bytes += static_cast<double>(part.size());
        }
    }
    const auto ours = [&] {
        benchmark::DoNotOptimize(
            edge::phoenix::frames_of(event, dialect, PresenceLeaves::only_who_is_gone).data());
    };
    const auto floor = [&] {
        for (const std::string& part : parts) {
            const auto copy = std::make_unique_for_overwrite<char[]>(part.size());
            std::memcpy(copy.get(), part.data(), part.size());
            benchmark::DoNotOptimize(copy.get());
        }
    };
    compare(state, ours, floor);
    state.counters["frames"] = static_cast<double>(frames.size());
    state.counters["bytes"] = bytes;
}

void define(const std::string& name, const std::function<void(benchmark::State&)>& run) {
    benchmark::RegisterBenchmark(name.c_str(), run)
        ->Iterations(round_count())
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
    using bench::Dialect;
    for (const auto& [name, dialect] :
         {std::pair{"v2", Dialect::v2}, std::pair{"v1", Dialect::v1}}) {
        bench::define(std::string("decode/") + name,
                      [dialect = dialect](auto& state) { bench::decode(state, dialect); });
        bench::define(std::string("encode/") + name,
                      [dialect = dialect](auto& state) { bench::encode(state, dialect); });
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
