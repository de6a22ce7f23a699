#include "support/manual_executor.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace whispr::test {

struct ManualExecutor::Steps {
    std::deque<ManualWorker*> woken;
    std::map<std::string, std::size_t> wakes;
    bool held = false;
    bool working = false;

    void work();
};

class ManualExecutor::ManualWorker final : public Executor::Worker {
 public:
    ManualWorker(std::shared_ptr<Steps> steps, std::string name, std::function<void()> step)
        : steps_(std::move(steps)), name_(std::move(name)), step_(std::move(step)) {}
    ~ManualWorker() override { std::erase(steps_->woken, this); }
    void wake() noexcept override {
        if (steps_->held) ++steps_->wakes[name_];
        const auto& woken = steps_->woken;
        if (std::find(woken.begin(), woken.end(), this) == woken.end()) {
            steps_->woken.push_back(this);
        }
        if (!steps_->held) steps_->work();
    }
    void run() const { step_(); }

 private:
    const std::shared_ptr<Steps> steps_;
    const std::string name_;
    const std::function<void()> step_;
};

// Whoever is at work already takes the rest over, as with the inline executor.
void ManualExecutor::Steps::work() {
    if (std::exchange(working, true)) return;
    while (!held && !woken.empty()) {
        const ManualWorker* const worker = woken.front();
        woken.pop_front();
        worker->run();
    }
    working = false;
}

ManualExecutor::ManualExecutor(std::shared_ptr<ManualClock> clock)
    : clock_(std::move(clock)), steps_(std::make_shared<Steps>()) {}
ManualExecutor::~ManualExecutor() = default;

std::unique_ptr<Executor::Worker> ManualExecutor::start_worker(std::string name,
                                                               std::function<void()> step) {
    return std::make_unique<ManualWorker>(steps_, std::move(name), std::move(step));
}

void ManualExecutor::run_after(std::chrono::microseconds delay, std::function<void()> task) {
    tasks_.emplace(now_ + delay, std::move(task));
}

void ManualExecutor::hold() noexcept {
    steps_->held = true;
}

void ManualExecutor::release() {
    steps_->held = false;
    steps_->work();
}

void ManualExecutor::run_once() {
    for (std::size_t count = steps_->woken.size(); count > 0 && !steps_->woken.empty(); --count) {
        const ManualWorker* const worker = steps_->woken.front();
        steps_->woken.pop_front();
        worker->run();
    }
}

void ManualExecutor::advance(std::chrono::microseconds by) {
    const auto until = now_ + by;
    const auto move_to = [this](std::chrono::microseconds moment) {
        clock_->advance(moment - now_);
        now_ = moment;
    };
    while (!tasks_.empty() && tasks_.begin()->first <= until) {
        move_to(std::max(now_, tasks_.begin()->first));
        const auto task = std::move(tasks_.begin()->second);
        tasks_.erase(tasks_.begin());
        task();
    }
    move_to(until);
}

std::size_t ManualExecutor::timers() const noexcept {
    const auto soon = tasks_.upper_bound(now_ + std::chrono::seconds(15));
    return static_cast<std::size_t>(std::distance(tasks_.begin(), soon));
}

std::size_t ManualExecutor::wakes(const std::string& name) const {
    std::size_t count = 0;
    for (const auto& [worker, wakes] : steps_->wakes) {
        if (worker.starts_with(name)) count += wakes;
    }
    return count;
}

}  // namespace whispr::test
