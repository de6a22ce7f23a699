// gRPC, echo: CPU of the server process per call and per event, whisprd against a bare callback
// server, in interleaved rounds. Prints medians and ratios (floor / ours, so 1 is no cost at all).
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "grpc/idle_streams.hpp"
#include "grpc/load_client.hpp"
#include "grpc/servers.hpp"
#include "load/measure/process_usage.hpp"

namespace {

constexpr int calls = 20'000;
constexpr int events = 50'000;

struct Served {
    pid_t process = -1;
    int input = -1;
    int port = 0;
    std::string token;
};

Served serve(const char* program, const char* which, const std::string& folder) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    // The other server must not hold what ends this one.
    if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) std::abort();
    Served served;
    served.process = fork();
    if (served.process == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        execl(program, program, which, folder.c_str(), nullptr);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    served.input = in[1];
    FILE* const said = fdopen(out[0], "r");
    std::array<char, 4096> token{};
    if (std::fscanf(said, "%d %4000s", &served.port, token.data()) != 2) {
        std::fprintf(stderr, "%s did not start\n", which);
        std::exit(1);
    }
    served.token = token.data();
    return served;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

template <class Work>
double cost(const Served& served, int count, Work work) {
    const auto before = load::cpu_usage(served.process);
    if (!work()) {
        std::fprintf(stderr, "a call failed\n");
        std::exit(1);
    }
    return (load::cpu_usage(served.process) - before).total_us / count;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 2 && std::strcmp(argv[1], "bare") == 0) return bench_grpc::serve_bare();
    if (argc > 2 && std::strcmp(argv[1], "whispr") == 0) return bench_grpc::serve_whispr(argv[2]);
    const char* const given = std::getenv("WHISPR_BENCH_ROUNDS");
    const int rounds = given != nullptr ? std::max(1, std::atoi(given)) : 5;
    std::string folder = (std::filesystem::temp_directory_path() / "whispr-bench-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) return 1;
    const std::array served{serve(argv[0], "bare", folder), serve(argv[0], "whispr", folder)};
    std::array<std::vector<double>, 2> unary;
    std::array<std::vector<double>, 2> stream;
    // Both are sent the same metadata.
    const std::string token = served[1].token;
    for (int round = -1; round < rounds; ++round) {
        for (std::size_t i = 0; i < served.size(); ++i) {
            bench_grpc::LoadClient client(served[i].port, token);
            const double call = cost(served[i], calls, [&] { return client.echo(calls, 64); });
            const double event =
                cost(served[i], events, [&] { return client.feed(events, i == 1); });
            // The first round warms up.
            if (round < 0) continue;
            unary[i].push_back(call);
            stream[i].push_back(event);
        }
    }
    std::array<double, 2> memory{};
    {
        bench_grpc::IdleStreams idle(served[1].port, token);
        for (std::size_t i = 0; i < memory.size(); ++i) {
            if (!idle.open(i == 0 ? 1'000 : 10'000)) {
                std::fprintf(stderr, "a stream was refused\n");
                return 1;
            }
            memory[i] = static_cast<double>(load::memory_usage(served[1].process).rss_kib);
        }
    }
    for (const auto& one : served) {
        close(one.input);
        waitpid(one.process, nullptr, 0);
    }
    std::filesystem::remove_all(folder);
    std::printf("unary call:   bare %.2f us, whisprd %.2f us, ratio %.2f\n", median(unary[0]),
                median(unary[1]), median(unary[0]) / median(unary[1]));
    std::printf("stream event: bare %.2f us, whisprd %.2f us, ratio %.2f\n", median(stream[0]),
                median(stream[1]), median(stream[0]) / median(stream[1]));
    std::printf("idle stream:  %.1f KiB of the server's memory, from 1,000 to 10,000 (%.0f MiB)\n",
                (memory[1] - memory[0]) / 9'000, memory[1] / 1024);
}
