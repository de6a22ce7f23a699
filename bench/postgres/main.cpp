// Durable messages a second on PostgreSQL, answered after their commit, beside raw statements that
// write the same rows in batches of the same size in as many lanes; and the price of sending and
// reading beside histories of growing length.
#include <benchmark/benchmark.h>

#include <cmath>
#include <functional>
#include <random>

#include "meter/cpu_time.hpp"
#include "meter/give_up.hpp"
#include "meter/rounds.hpp"
#include "postgres/history.hpp"
#include "postgres/raw_writer.hpp"
#include "postgres/server.hpp"
#include "send/crowd.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/postgres.hpp"

namespace bench {

namespace {

/// As many as a server has, unless chosen otherwise.
const auto lanes = static_cast<std::size_t>(setting("WHISPR_BENCH_LANES", 8));

const PostgresServer& server() {
    static const PostgresServer one;
    return one;
}

// A schema of its own for each engine, made when it is opened.
std::string new_schema() {
    static int schemas = 0;
    return "run_" + std::to_string(++schemas);
}

struct Measured {
    Measured(const SendCase& sends, const std::string& schema)
        : engine(must(whispr::Engine::open(whispr::local_engine_options(open(schema))))),
          crowd(*engine, create_senders(sends, *engine), sends.content_bytes, sends.tokens) {}
    ~Measured() { engine->close(); }
    Measured(const Measured&) = delete;
    Measured& operator=(const Measured&) = delete;

    static std::shared_ptr<whispr::Storage> open(const std::string& schema) {
        whispr::PostgresOptions options;
        options.connection = server().connection_string();
        options.schema = schema;
        options.lanes = lanes;
        return must(whispr::open_postgres_storage(options));
    }

    std::unique_ptr<whispr::Engine> engine;
    Crowd crowd;
};

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

// One round of the engine; the result is its average batch.
double engine_round(Measured& measured, std::size_t messages, Rounds& rounds) {
    const auto before = measured.engine->stats();
    const auto server_before = server().cpu();
    const Stopwatch watch;
    measured.crowd.send(messages);
    const double wall = seconds(watch.wall());
    const double cpu = seconds(watch.cpu());
    const double server_cpu = seconds(server().cpu() - server_before);
    const auto after = measured.engine->stats();
    const double batch = static_cast<double>(after.commands - before.commands) /
                         static_cast<double>(after.batches - before.batches);
    rounds.add("messages_per_s", static_cast<double>(messages) / wall);
    rounds.add("cpu_us", cpu / static_cast<double>(messages) * 1e6);
    rounds.add("server_cpu_us", server_cpu / static_cast<double>(messages) * 1e6);
    rounds.add("batch", batch);
    return batch;
}

void send(benchmark::State& state, const SendCase& sends) {
    const std::string floor_schema = new_schema();
    const std::string schema = new_schema();
    // The floor's tables and conversations are made by an engine.
    { const Measured maker(sends, floor_schema); }
    Measured measured(sends, schema);
    PostgresRawWriter floor(sends, server().connection_string(), floor_schema, lanes);
    measured.crowd.send(sends.senders * 4);  // every cache of the lanes is filled
    floor.write(sends.senders * 4, 1);
    const std::size_t messages = sends.messages();
    Rounds rounds;
    for (auto _ : state) {
        Rounds one;
        const double batch = engine_round(measured, messages, one);
        state.SetIterationTime(static_cast<double>(messages) / one.middle("messages_per_s"));
        const auto server_before = server().cpu();
        const Stopwatch watch;
        floor.write(messages, static_cast<std::size_t>(std::max(1L, std::lround(batch))));
        one.add("floor_messages_per_s", static_cast<double>(messages) / seconds(watch.wall()));
        one.add("floor_cpu_us", seconds(watch.cpu()) / static_cast<double>(messages) * 1e6);
        one.add("floor_server_cpu_us",
                seconds(server().cpu() - server_before) / static_cast<double>(messages) * 1e6);
        for (const char* figure : {"messages_per_s", "cpu_us", "server_cpu_us", "batch",
                                   "floor_messages_per_s", "floor_cpu_us", "floor_server_cpu_us"}) {
            rounds.add(figure, one.middle(figure));
        }
        rounds.add("ratio", one.middle("messages_per_s") / one.middle("floor_messages_per_s"));
        // Others on the machine cannot touch this one.
        rounds.add("cpu_ratio", (one.middle("floor_cpu_us") + one.middle("floor_server_cpu_us")) /
                                    (one.middle("cpu_us") + one.middle("server_cpu_us")));
    }
    rounds.report(state);
}

// One call of the engine about one of the conversations.
using Call =
    std::function<void(whispr::Engine&, const PostgresHistory&, const whispr::ConversationId&)>;

void read_page(whispr::Engine& engine, const PostgresHistory& in,
               const whispr::ConversationId& conversation) {
    whispr::Waiter<whispr::MessagePage> page;
    whispr::PageRequest request;
    request.conversation = conversation;
    engine.messages().page(in.reader(), request, page.completion());
    if (must(page.get()).messages.size() != 50) give_up("a page was not full");
}

void read_list(whispr::Engine& engine, const PostgresHistory& in, const whispr::ConversationId&) {
    whispr::Waiter<whispr::ConversationList> list;
    engine.conversations().list(in.reader(), {}, list.completion());
    if (must(list.get()).conversations.size() != 50) give_up("a list was not full");
}

void read_unread(whispr::Engine& engine, const PostgresHistory& in,
                 const whispr::ConversationId& conversation) {
    whispr::Waiter<whispr::Conversation> shown;
    engine.conversations().show(in.reader(), conversation, shown.completion());
    benchmark::DoNotOptimize(must(shown.get()).unread);
}

void send_one(whispr::Engine& engine, const PostgresHistory& in,
              const whispr::ConversationId& conversation) {
    static std::size_t sent = 0;
    whispr::SendMessage message;
    message.conversation = conversation;
    message.content = content_of(200);
    message.client_random = token_of(0, ++sent);
    whispr::Waiter<whispr::Sent> answer;
    engine.messages().send(in.reader(), std::move(message), answer.completion());
    must(answer.get());
}

// One caller, one call after the other: the price of a call, and not how many go at once.
void grow(benchmark::State& state, const Call& call, std::size_t messages) {
    static PostgresHistory in(server());
    constexpr std::size_t calls = 400;
    in.grow_to(messages);
    const auto engine = in.open();
    for (const auto& conversation : in.conversations())
        call(*engine, in, conversation);
    std::mt19937 random(1);
    Rounds rounds;
    for (auto _ : state) {
        const auto server_before = server().cpu();
        const Stopwatch watch;
        for (std::size_t i = 0; i < calls; ++i)
            call(*engine, in, in.conversations()[random() % in.conversations().size()]);
        state.SetIterationTime(seconds(watch.wall()));
        rounds.add("wall_us", seconds(watch.wall()) / calls * 1e6);
        rounds.add("cpu_us", seconds(watch.cpu()) / calls * 1e6);
        rounds.add("server_cpu_us", seconds(server().cpu() - server_before) / calls * 1e6);
    }
    rounds.report(state);
    engine->close();
}

template <class... Arguments>
void add(const std::string& name, Arguments... arguments) {
    benchmark::RegisterBenchmark(name.c_str(), arguments...)
        ->Iterations(round_count())
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
    for (const std::size_t senders : {1U, 100U, 512U}) {
        for (const std::size_t conversations : {25U, 1000U}) {
            for (const std::size_t bytes : {200U, 1200U}) {
                const bench::SendCase sends{bench::StoreKind::postgres, senders, conversations,
                                            bytes, true};
                bench::add(sends.name(), bench::send, sends);
            }
        }
    }
    const std::vector<std::pair<std::string, bench::Call>> calls{{"page", bench::read_page},
                                                                 {"list", bench::read_list},
                                                                 {"unread", bench::read_unread},
                                                                 {"send", bench::send_one}};
    const auto longest =
        static_cast<std::size_t>(bench::setting("WHISPR_BENCH_HISTORY", 1'000'000));
    for (std::size_t messages = 10'000; messages <= longest; messages *= 10) {
        for (const auto& [name, call] : calls) {
            bench::add("growth/" + name + "/messages:" + std::to_string(messages), bench::grow,
                       call, messages);
        }
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
