#include <unistd.h>

#include <catch2/catch.hpp>

#include "client/failure.hpp"
#include "measure/json_text.hpp"
#include "measure/process_usage.hpp"
#include "measure/report.hpp"
#include "measure/statistics.hpp"
#include "measure/syscall_count.hpp"

using namespace load;

TEST_CASE("the median is the middle, or the mean of the two middle ones") {
    REQUIRE(median({}) == 0);
    REQUIRE(median({3}) == 3);
    REQUIRE(median({9, 1, 5}) == 5);
    REQUIRE(median({4, 1, 3, 2}) == Approx(2.5));
}

TEST_CASE("a percentile is the nearest rank") {
    std::vector<std::uint32_t> samples;
    for (std::uint32_t i = 100; i >= 1; --i) {
        samples.push_back(i);
    }
    REQUIRE(percentile(samples, 50) == 50);
    REQUIRE(percentile(samples, 99) == 99);
    REQUIRE(percentile(samples, 100) == 100);
    REQUIRE(percentile(samples, 0.1) == 1);
    std::vector<std::uint32_t> none;
    REQUIRE(percentile(none, 50) == 0);
}

TEST_CASE("a process uses CPU and memory and its usage only grows") {
    const CpuUsage before = cpu_usage(::getpid());
    volatile unsigned work = 0;
    for (unsigned i = 0; i < 3'000'000; ++i) {
        work = work + i;
    }
    const CpuUsage after = cpu_usage(::getpid());
    REQUIRE((after - before).total_us > 0);
    REQUIRE(memory_usage(::getpid()).rss_kib > 0);
    REQUIRE(memory_usage(::getpid()).pss_kib > 0);
    REQUIRE(kernel_memory().slab_kib > 0);
}

TEST_CASE("a process that is gone is a failure, not zero") {
    REQUIRE_THROWS_AS(cpu_usage(0x3fffffff), Failure);
    REQUIRE_THROWS_AS(memory_usage(0x3fffffff), Failure);
}

TEST_CASE("the table of strace is read, with and without errors") {
    const SyscallTotals totals = read_strace_table(
        "% time     seconds  usecs/call     calls    errors syscall\n"
        "------ ----------- ----------- --------- --------- ----------------\n"
        " 70.00    0.007000           7      1000           writev\n"
        " 20.00    0.002000           2        30         4 recvfrom\n"
        " 10.00    0.001000           1        20           sendto\n"
        "------ ----------- ----------- --------- --------- ----------------\n"
        "100.00    0.010000           9      1050         4 total\n");
    REQUIRE(totals.all == 1050);
    REQUIRE(totals.writes == 1020);
}

TEST_CASE("a report gives medians and the ratio to its baseline") {
    Report report("fanout");
    report.set_baseline("floor");
    for (const double value : {1.0, 3.0, 2.0}) {
        report.add("floor", "cpu", "us", value);
        report.add("whisprd", "cpu", "us", 2 * value);
    }
    REQUIRE(report.median_of("floor", "cpu") == 2);
    REQUIRE(report.median_of("nobody", "cpu") == 0);
    const std::string json = report.json();
    REQUIRE(json.find(R"("subject":"whisprd","metric":"cpu","unit":"us","median":4,"ratio":2)") !=
            std::string::npos);
    REQUIRE(json.find(R"("subject":"floor","metric":"cpu","unit":"us","median":2,"rounds")") !=
            std::string::npos);
}

TEST_CASE("JSON text is escaped and odd numbers are null") {
    REQUIRE(json_string("a\"b\\c\n") == R"("a\"b\\c\u000a")");
    REQUIRE(json_number(1.5) == "1.5");
    REQUIRE(json_number(1.0 / 0.0) == "null");
}
