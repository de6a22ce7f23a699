#include "metrics.hpp"

#include <catch2/catch.hpp>
#include <thread>

using namespace edge;
using Catch::Contains;

TEST_CASE("metrics are written in Prometheus' text format") {
    Metrics metrics;
    metrics
        .counter("whispr_http_requests_total", "Requests.", {{"route", "/live"}, {"status", "2xx"}})
        .add(3);
    metrics.gauge("whispr_connections", "Open sockets.").set(-2);
    metrics.histogram("whispr_commit_seconds", "Commits.", std::vector<double>{0.5, 1.0})
        .observe(0.75);
    metrics.sampled("whispr_jwks_age_seconds", "Age of the keys.", [] { return 1.5; });
    CHECK(metrics.render() ==
          "# HELP whispr_commit_seconds Commits.\n"
          "# TYPE whispr_commit_seconds histogram\n"
          "whispr_commit_seconds_count 1\n"
          "whispr_commit_seconds_sum 0.75\n"
          "whispr_commit_seconds_bucket{le=\"0.5\"} 0\n"
          "whispr_commit_seconds_bucket{le=\"1\"} 1\n"
          "whispr_commit_seconds_bucket{le=\"+Inf\"} 1\n"
          "# HELP whispr_connections Open sockets.\n"
          "# TYPE whispr_connections gauge\n"
          "whispr_connections -2\n"
          "# HELP whispr_http_requests_total Requests.\n"
          "# TYPE whispr_http_requests_total counter\n"
          "whispr_http_requests_total{route=\"/live\",status=\"2xx\"} 3\n"
          "# HELP whispr_jwks_age_seconds Age of the keys.\n"
          "# TYPE whispr_jwks_age_seconds gauge\n"
          "whispr_jwks_age_seconds 1.5\n");
}

TEST_CASE("the same name and labels are the same metric") {
    Metrics metrics;
    Counter& first = metrics.counter("a", "A.", {{"x", "1"}});
    CHECK(&first == &metrics.counter("a", "A.", {{"x", "1"}}));
    CHECK(&first != &metrics.counter("a", "A.", {{"x", "2"}}));
}

TEST_CASE("label values are escaped") {
    Metrics metrics;
    metrics.counter("a", "A.", {{"x", "q\"\n\\"}}).add();
    CHECK_THAT(metrics.render(), Contains(R"(a{x="q\"\n\\"} 1)"));
}

TEST_CASE("a value on a bound belongs to that bound") {
    Histogram histogram(std::vector<double>{1.0, 2.0});
    for (const double value : {-1.0, 1.0, 1.5, 2.0, 2.1, 1e9})
        histogram.observe(value);
    const auto values = histogram.values();
    CHECK(values.cumulative == std::vector<std::uint64_t>{2, 4});
    CHECK(values.count == 6);
}

TEST_CASE("labels without end share one series") {
    Metrics metrics;
    for (int i = 0; i < 12'000; ++i)
        metrics.counter("a", "A.", {{"x", std::to_string(i)}}).add();
    CHECK_THAT(metrics.render(),
               Contains("a{x=\"9999\"} 1\n") && Contains("a{x=\"other\"} 2000\n"));
}

TEST_CASE("threads may count at the same time") {
    Metrics metrics;
    Counter& counter = metrics.counter("a", "A.");
    Histogram& histogram = metrics.histogram("b", "B.", size_bounds());
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 5'000; ++i) {
                counter.add();
                histogram.observe(3);
            }
        });
    }
    CHECK_FALSE(metrics.render().empty());
    for (auto& thread : threads)
        thread.join();
    CHECK(counter.value() == 20'000);
    CHECK(histogram.values().count == 20'000);
    CHECK(histogram.values().sum == 60'000);
}

TEST_CASE("the process knows itself") {
    Metrics metrics;
    register_process_metrics(metrics, "1.2.3");
    const std::string text = metrics.render();
    CHECK_THAT(text, Contains("whispr_build_info{version=\"1.2.3\"} 1"));
    for (const std::string name :
         {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
          "process_max_fds", "process_threads", "process_start_time_seconds"}) {
        INFO(name);
        CHECK_THAT(text, Contains("\n" + name + " "));
    }
    for (const std::string name : {"process_resident_memory_bytes", "process_open_fds",
                                   "process_threads", "process_start_time_seconds"}) {
        INFO(name);
        CHECK_THAT(text, !Contains("\n" + name + " 0\n"));
    }
}
