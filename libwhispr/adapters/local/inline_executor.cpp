#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "whispr/adapters/local.hpp"

namespace whispr {

namespace {

// What is woken waits in a queue, and whoever finds nobody at work works it off.
class WorkQueue {
 public:
    using Step = std::function<void()>;

    void wake(const std::shared_ptr<Step>& step) {
        {
            const std::lock_guard lock(mutex_);
            woken_.push_back(step);
            if (working_) return;
            working_ = true;
        }
        work();
    }
    /// The step never begins again. Waits for its end when another thread is inside.
    void forget(const std::shared_ptr<Step>& step) {
        std::unique_lock lock(mutex_);
        std::erase(woken_, step);
        ended_.wait(lock,
                    [&] { return running_ != step || worker_ == std::this_thread::get_id(); });
    }

 private:
    void work() {
        std::unique_lock lock(mutex_);
        worker_ = std::this_thread::get_id();
        while (!woken_.empty()) {
            running_ = woken_.front();
            woken_.pop_front();
            const std::shared_ptr<Step> step = running_;
            lock.unlock();
            (*step)();
            lock.lock();
            running_ = nullptr;
            ended_.notify_all();
        }
        working_ = false;
    }

    std::mutex mutex_;
    std::condition_variable ended_;
    std::deque<std::shared_ptr<Step>> woken_;
    std::shared_ptr<Step> running_;
    std::thread::id worker_;
    bool working_ = false;
};

class InlineWorker final : public Executor::Worker {
 public:
    InlineWorker(std::shared_ptr<WorkQueue> queue, std::function<void()> step)
        : queue_(std::move(queue)), step_(std::make_shared<WorkQueue::Step>(std::move(step))) {}
    ~InlineWorker() override { queue_->forget(step_); }
    void wake() noexcept override {
        // This worker may be gone before the work that it began.
        const auto queue = queue_;
        queue->wake(step_);
    }

 private:
    const std::shared_ptr<WorkQueue> queue_;
    const std::shared_ptr<WorkQueue::Step> step_;
};

class InlineExecutorImpl final : public InlineExecutor {
 public:
    std::unique_ptr<Worker> start_worker(std::string, std::function<void()> step) override {
        return std::make_unique<InlineWorker>(queue_, std::move(step));
    }
    void run_after(std::chrono::microseconds delay, std::function<void()> task) override {
        const std::lock_guard lock(mutex_);
        tasks_.emplace(now_ + delay, std::move(task));
    }
    bool time_stands_still() const noexcept override { return true; }
    void advance(std::chrono::microseconds by) override {
        std::unique_lock lock(mutex_);
        const auto until = now_ + by;
        while (!tasks_.empty() && tasks_.begin()->first <= until) {
            now_ = std::max(now_, tasks_.begin()->first);
            const auto task = std::move(tasks_.begin()->second);
            tasks_.erase(tasks_.begin());
            lock.unlock();
            task();
            lock.lock();
        }
        now_ = until;
    }

 private:
    const std::shared_ptr<WorkQueue> queue_ = std::make_shared<WorkQueue>();
    std::mutex mutex_;
    std::chrono::microseconds now_{0};
    std::multimap<std::chrono::microseconds, std::function<void()>> tasks_;
};

}  // namespace

std::shared_ptr<InlineExecutor> make_inline_executor() {
    return std::make_shared<InlineExecutorImpl>();
}

}  // namespace whispr
