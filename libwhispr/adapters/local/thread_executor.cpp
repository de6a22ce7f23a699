#include <pthread.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "whispr/adapters/local.hpp"

namespace whispr {

namespace {

void name_this_thread(std::string name) {
    if (name.size() > 15) name.resize(15);
    pthread_setname_np(pthread_self(), name.c_str());
}

class ThreadWorker final : public Executor::Worker {
 public:
    ThreadWorker(std::string name, std::function<void()> step)
        : step_(std::move(step)), thread_([this, name = std::move(name)] {
              name_this_thread(name);
              run();
          }) {}
    ~ThreadWorker() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        ready_.notify_one();
        thread_.join();
    }
    void wake() noexcept override {
        {
            const std::lock_guard lock(mutex_);
            if (woken_) return;
            woken_ = true;
        }
        ready_.notify_one();
    }

 private:
    void run() {
        std::unique_lock lock(mutex_);
        for (;;) {
            ready_.wait(lock, [this] { return woken_ || stopping_; });
            if (stopping_) return;
            woken_ = false;
            lock.unlock();
            step_();
            lock.lock();
        }
    }

    const std::function<void()> step_;
    std::mutex mutex_;
    std::condition_variable ready_;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

// Tasks by their moments, and the loop that runs them. Its thread shares it with the executor.
class Timers {
 public:
    void add(std::chrono::microseconds delay, std::function<void()> task) {
        const auto at = SteadyClock::now() + delay;
        bool first = false;
        {
            const std::lock_guard lock(mutex_);
            first = tasks_.empty() || at < tasks_.begin()->first;
            tasks_.emplace(at, std::move(task));
        }
        if (first) changed_.notify_one();
    }
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_one();
    }
    void run() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (tasks_.empty()) {
                changed_.wait(lock);
                continue;
            }
            const auto next = tasks_.begin()->first;
            if (SteadyClock::now() < next) {
                changed_.wait_until(lock, next);
                continue;
            }
            auto task = std::move(tasks_.begin()->second);
            tasks_.erase(tasks_.begin());
            lock.unlock();
            task();
            // What the task owns may end here, even the executor, so before the lock.
            task = nullptr;
            lock.lock();
        }
    }

 private:
    using SteadyClock = std::chrono::steady_clock;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<SteadyClock::time_point, std::function<void()>> tasks_;
    bool stopping_ = false;
};

class ThreadExecutor final : public Executor {
 public:
    ThreadExecutor()
        : timer_thread_([timers = timers_] {
              name_this_thread("timers");
              timers->run();
          }) {}
    ~ThreadExecutor() override {
        timers_->stop();
        // The last owner may be a task of ours that ends right after this.
        if (timer_thread_.get_id() == std::this_thread::get_id()) {
            timer_thread_.detach();
        } else {
            timer_thread_.join();
        }
    }
    std::unique_ptr<Worker> start_worker(std::string name, std::function<void()> step) override {
        return std::make_unique<ThreadWorker>(std::move(name), std::move(step));
    }
    void run_after(std::chrono::microseconds delay, std::function<void()> task) override {
        timers_->add(delay, std::move(task));
    }

 private:
    const std::shared_ptr<Timers> timers_ = std::make_shared<Timers>();
    std::thread timer_thread_;
};

}  // namespace

std::shared_ptr<Executor> make_thread_executor() {
    return std::make_shared<ThreadExecutor>();
}

}  // namespace whispr
