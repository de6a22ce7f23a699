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

class ThreadExecutor final : public Executor {
 public:
    ThreadExecutor()
        : timer_thread_([this] {
              name_this_thread("timers");
              run_timers();
          }) {}
    ~ThreadExecutor() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_one();
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
        const auto at = SteadyClock::now() + delay;
        bool first = false;
        {
            const std::lock_guard lock(mutex_);
            first = tasks_.empty() || at < tasks_.begin()->first;
            tasks_.emplace(at, std::move(task));
        }
        if (first) changed_.notify_one();
    }

 private:
    using SteadyClock = std::chrono::steady_clock;

    void run_timers() {
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
            const auto task = std::move(tasks_.begin()->second);
            tasks_.erase(tasks_.begin());
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<SteadyClock::time_point, std::function<void()>> tasks_;
    bool stopping_ = false;
    std::thread timer_thread_;
};

}  // namespace

std::shared_ptr<Executor> make_thread_executor() {
    return std::make_shared<ThreadExecutor>();
}

}  // namespace whispr
