// Reading and sending beside histories of growing length: the price must be that of what is read,
// not of what is stored. Floor: the engine's own statements, run by SQLite alone.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <random>

#include "meter/cpu_time.hpp"
#include "meter/give_up.hpp"
#include "meter/rounds.hpp"
#include "page/history.hpp"
#include "page/replay.hpp"
#include "send/crowd.hpp"

namespace bench {

namespace {

constexpr std::size_t calls_per_round = 400;

History& history(std::size_t messages) {
    static History one;
    one.grow_to(messages);
    return one;
}

double microseconds_each(std::chrono::nanoseconds time, std::size_t calls) {
    return std::chrono::duration<double, std::micro>(time).count() / static_cast<double>(calls);
}

// One call of the engine about one of the conversations.
using Call = std::function<void(whispr::Engine&, const History&, const History::Place&)>;

void read_page(whispr::Engine& engine, const History& in, const History::Place& place) {
    whispr::Waiter<whispr::MessagePage> page;
    engine.messages().page(in.reader(), {.conversation = place.conversation}, page.completion());
    if (must(page.get()).messages.size() != 50) give_up("a page was not full");
}

void read_list(whispr::Engine& engine, const History& in, const History::Place&) {
    whispr::Waiter<whispr::ConversationList> list;
    engine.conversations().list(in.reader(), {}, list.completion());
    if (must(list.get()).conversations.size() != 50) give_up("a list was not full");
}

void read_unread(whispr::Engine& engine, const History& in, const History::Place& place) {
    whispr::Waiter<whispr::Conversation> shown;
    engine.conversations().show(in.reader(), place.conversation, shown.completion());
    benchmark::DoNotOptimize(must(shown.get()).unread);
}

// What the engine ran for each conversation, to run it again without the engine.
void record(const History& in, const Call& call, Replay& replay, Rounds& rounds) {
    SqlWatch watch;
    const auto engine = in.open(History::Threads::none);
    for (const History::Place& place : in.places())
        call(*engine, in, place);
    watch.keep(true);
    double statements = 0;
    double transactions = 0;
    for (const History::Place& place : in.places()) {
        watch.clear();
        call(*engine, in, place);
        const auto seen = watch.seen();
        replay.add(seen);
        statements += static_cast<double>(seen.size());
        transactions += static_cast<double>(std::count_if(
            seen.begin(), seen.end(), [](const auto& one) { return one.sql == "BEGIN"; }));
    }
    const auto calls = static_cast<double>(in.places().size());
    rounds.add("statements", (statements - 2 * transactions) / calls);
    rounds.add("transactions", transactions / calls);
    engine->close();
}

void read(benchmark::State& state, const Call& call, std::size_t messages) {
    const History& in = history(messages);
    Rounds rounds;
    Replay replay(in.path());
    record(in, call, replay, rounds);
    const auto engine = in.open(History::Threads::none);
    std::mt19937 random(1);
    std::vector<std::size_t> order(calls_per_round);
    for (const History::Place& place : in.places())
        call(*engine, in, place);
    for (auto _ : state) {
        for (std::size_t& at : order)
            at = random() % in.places().size();
        const Stopwatch ours;
        for (const std::size_t at : order)
            call(*engine, in, in.places()[at]);
        const double used = microseconds_each(ours.cpu(), calls_per_round);
        state.SetIterationTime(std::chrono::duration<double>(ours.wall()).count());
        const Stopwatch raw;
        std::uint64_t sum = 0;
        for (const std::size_t at : order)
            sum += replay.run(at);
        benchmark::DoNotOptimize(sum);
        const double floor = microseconds_each(raw.cpu(), calls_per_round);
        rounds.add("cpu_us", used);
        rounds.add("floor_cpu_us", floor);
        rounds.add("ratio", used / floor);
    }
    rounds.report(state);
    engine->close();
}

// Sends into long histories; its floor is in bench_send, here it must only stay the same.
void send(benchmark::State& state, std::size_t messages) {
    const History& in = history(messages);
    constexpr std::size_t sends = 2'000;
    Rounds rounds;
    const auto engine = in.open(History::Threads::real);
    std::vector<Sender> senders(100);
    for (std::size_t i = 0; i < senders.size(); ++i) {
        senders[i].number = i;
        senders[i].caller = in.reader();
        senders[i].sent = messages;  // tokens that the history has not seen
        senders[i].conversations = {in.places()[i].conversation, in.places()[i + 100].conversation};
    }
    Crowd crowd(*engine, std::move(senders), 200, true);
    crowd.send(400);
    for (auto _ : state) {
        const Stopwatch ours;
        crowd.send(sends);
        rounds.add("cpu_us", microseconds_each(ours.cpu(), sends));
        state.SetIterationTime(std::chrono::duration<double>(ours.wall()).count());
    }
    rounds.report(state);
    engine->close();
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
    using bench::Call;
    // The longest takes minutes and 6 GB: WHISPR_BENCH_HISTORY=10000000 asks for it.
    const auto longest =
        static_cast<std::size_t>(bench::setting("WHISPR_BENCH_HISTORY", 1'000'000));
    for (std::size_t messages = 10'000; messages <= longest; messages *= 10) {
        const std::string size = "/messages:" + std::to_string(messages);
        const std::vector<std::pair<std::string, Call>> reads{
            {"page", bench::read_page}, {"list", bench::read_list}, {"unread", bench::read_unread}};
        for (const auto& [name, call] : reads) {
            benchmark::RegisterBenchmark((name + size).c_str(), bench::read, call, messages)
                ->Iterations(bench::round_count())
                ->UseManualTime()
                ->Unit(benchmark::kMillisecond);
        }
        benchmark::RegisterBenchmark(("send" + size).c_str(), bench::send, messages)
            ->Iterations(bench::round_count())
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
