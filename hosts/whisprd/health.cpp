#include "health.hpp"

namespace whisprd {

Health::Health(whispr::Engine& engine, std::function<void()> tick)
    : engine_(engine), tick_(std::move(tick)) {}

Health::~Health() {
    stop();
}

void Health::start() {
    ask();
    thread_ = std::thread([this] { run(); });
}

void Health::say_not_ready() {
    not_ready_.store(true, std::memory_order_relaxed);
}

void Health::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Health::State Health::state() const {
    return {database_.load(std::memory_order_relaxed), response_ms_.load(std::memory_order_relaxed),
            not_ready_.load(std::memory_order_relaxed)};
}

std::chrono::seconds Health::uptime() const {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now() - started_);
}

void Health::run() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
        lock.unlock();
        tick_();
        ask();
        lock.lock();
    }
}

void Health::ask() {
    const auto begin = std::chrono::steady_clock::now();
    database_.store(engine_.ping().has_value(), std::memory_order_relaxed);
    const auto took = std::chrono::steady_clock::now() - begin;
    response_ms_.store(std::chrono::duration_cast<std::chrono::milliseconds>(took).count(),
                       std::memory_order_relaxed);
}

}  // namespace whisprd
