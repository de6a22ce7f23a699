// Durable messages a second through an embedded engine, answered after their commit, beside raw
// statements that write the same rows in batches of the same size.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "meter/allocations.hpp"
#include "meter/cpu_time.hpp"
#include "meter/give_up.hpp"
#include "meter/rounds.hpp"
#include "meter/sql_watch.hpp"
#include "send/crowd.hpp"
#include "send/raw_writer.hpp"
#include "store/scratch.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/memory.hpp"
#include "whispr/adapters/sqlite.hpp"

namespace bench {

namespace {

std::shared_ptr<whispr::Storage> open_store(StoreKind kind, const std::string& path) {
    const auto clock = whispr::make_system_clock();
    if (kind == StoreKind::memory) return whispr::make_memory_storage(clock);
    whispr::SqliteOptions options;
    options.path = path;
    return must(whispr::open_sqlite_storage(options, clock));
}

// An engine with its senders.
struct Measured {
    Measured(const SendCase& sends, const std::string& path)
        : engine(must(
              whispr::Engine::open(whispr::local_engine_options(open_store(sends.store, path))))),
          crowd(*engine, create_senders(sends, *engine), sends.content_bytes, sends.tokens) {}
    ~Measured() { engine->close(); }
    Measured(const Measured&) = delete;
    Measured& operator=(const Measured&) = delete;

    std::unique_ptr<whispr::Engine> engine;
    Crowd crowd;
};

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

// Counts that no noise touches, in a store of their own: counting costs time.
void count(const SendCase& sends, const std::string& path, Rounds& rounds) {
    SqlWatch watch;
    Measured counted(sends, path);
    counted.crowd.send(sends.senders * 4);  // every cache of the lane is filled
    const std::size_t messages = sends.messages() / 4 + 1;
    const auto before = counted.engine->stats();
    watch.clear();
    const AllocationCount allocations;
    counted.crowd.send(messages);
    const auto made = static_cast<double>(allocations.count());
    const auto batches = static_cast<double>(counted.engine->stats().batches - before.batches);
    rounds.add("allocations_per_message", made / static_cast<double>(messages));
    if (sends.store == StoreKind::sqlite) {
        rounds.add("statements_per_batch", static_cast<double>(watch.count()) / batches);
        rounds.add("statements_per_message",
                   static_cast<double>(watch.count()) / static_cast<double>(messages));
    }
}

// One round of the engine; the result is its average batch.
double engine_round(Measured& measured, const SendCase& sends, Rounds& rounds) {
    const auto messages = static_cast<double>(sends.messages());
    const auto before = measured.engine->stats();
    const Stopwatch watch;
    measured.crowd.send(sends.messages());
    const double wall = seconds(watch.wall());
    const double cpu = seconds(watch.cpu());
    const auto after = measured.engine->stats();
    const double batch = static_cast<double>(after.commands - before.commands) /
                         static_cast<double>(after.batches - before.batches);
    rounds.add("messages_per_s", messages / wall);
    rounds.add("cpu_us", cpu / messages * 1e6);
    rounds.add("batch", batch);
    return batch;
}

void floor_round(RawWriter& floor, const SendCase& sends, double batch, Rounds& rounds) {
    const auto messages = static_cast<double>(sends.messages());
    const Stopwatch watch;
    floor.write(sends.messages(), static_cast<std::size_t>(std::max(1L, std::lround(batch))));
    rounds.add("floor_messages_per_s", messages / seconds(watch.wall()));
    rounds.add("floor_cpu_us", seconds(watch.cpu()) / messages * 1e6);
}

void run(benchmark::State& state, const SendCase& sends) {
    const ScratchFolder folder;
    Rounds rounds;
    count(sends, folder.file("counted.db"), rounds);
    const bool durable = sends.store == StoreKind::sqlite;
    // The floor's file is made by an engine, so that it has the same tables and conversations.
    if (durable) const Measured maker(sends, folder.file("floor.db"));
    Measured measured(sends, folder.file("engine.db"));
    measured.crowd.send(sends.senders * 4);
    std::unique_ptr<RawWriter> floor;
    if (durable) floor = std::make_unique<RawWriter>(sends, folder.file("floor.db"));
    for (auto _ : state) {
        Rounds one;
        const double batch = engine_round(measured, sends, one);
        state.SetIterationTime(static_cast<double>(sends.messages()) /
                               one.middle("messages_per_s"));
        for (const char* figure : {"messages_per_s", "cpu_us", "batch"}) {
            rounds.add(figure, one.middle(figure));
        }
        if (!durable) continue;
        floor_round(*floor, sends, batch, one);
        for (const char* figure : {"floor_messages_per_s", "floor_cpu_us"}) {
            rounds.add(figure, one.middle(figure));
        }
        rounds.add("ratio", one.middle("messages_per_s") / one.middle("floor_messages_per_s"));
        rounds.add("cpu_ratio", one.middle("cpu_us") / one.middle("floor_cpu_us"));
    }
    rounds.report(state);
}

std::vector<SendCase> cases() {
    std::vector<SendCase> all;
    for (const StoreKind store : {StoreKind::sqlite, StoreKind::memory}) {
        for (const std::size_t senders : {1U, 64U, 100U, 512U}) {
            for (const std::size_t conversations : {25U, 1000U}) {
                for (const std::size_t bytes : {200U, 1200U}) {
                    all.push_back({store, senders, conversations, bytes, true});
                }
            }
        }
    }
    all.push_back({StoreKind::sqlite, 100, 25, 200, false});
    all.push_back({StoreKind::sqlite, 100, 1000, 200, false});
    return all;
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
    for (const bench::SendCase& sends : bench::cases()) {
        benchmark::RegisterBenchmark(sends.name().c_str(), bench::run, sends)
            ->Iterations(bench::round_count())
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
