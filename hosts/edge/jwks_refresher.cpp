#include "jwks_refresher.hpp"

#include "log.hpp"

namespace edge {

namespace {

using Clock = std::chrono::steady_clock;

std::int64_t nanoseconds(Clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

KeyRefresher::KeyRefresher(std::unique_ptr<KeySource> source, std::chrono::milliseconds period,
                           KeyStore& store, Log& log)
    : source_(std::move(source)), store_(store), log_(log), schedule_(period, Clock::now()) {}

KeyRefresher::~KeyRefresher() {
    {
        const net::MutexLock lock(mutex_);
        stop_.store(true, std::memory_order_relaxed);
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void KeyRefresher::start() {
    thread_ = std::thread([this] { run(); });
}

bool KeyRefresher::fetch_now() {
    const auto begun = Clock::now();
    const bool fetched = fetch_into_store();
    const net::MutexLock lock(mutex_);
    fetched ? schedule_.succeeded(begun) : schedule_.failed(begun);
    return store_.snapshot().keys != nullptr;
}

void KeyRefresher::unknown_key() {
    bool earlier = false;
    {
        const net::MutexLock lock(mutex_);
        earlier = schedule_.unknown_key(Clock::now());
    }
    if (earlier) wake_.notify_all();
}

double KeyRefresher::age_seconds() const {
    const std::int64_t last = last_success_ns_.load(std::memory_order_relaxed);
    return last < 0 ? -1.0 : static_cast<double>(nanoseconds(Clock::now()) - last) / 1e9;
}

void KeyRefresher::run() {
    while (!stop_.load(std::memory_order_relaxed)) {
        wait_until_due();
        if (!stop_.load(std::memory_order_relaxed)) fetch_now();
    }
}

void KeyRefresher::wait_until_due() {
    const net::MutexLock lock(mutex_);
    while (!stop_.load(std::memory_order_relaxed) && Clock::now() < schedule_.due()) {
        wake_.wait_until(mutex_, schedule_.due());
    }
}

// True when the source was read and holds usable keys, or is as it was when it last did.
bool KeyRefresher::fetch_into_store() {
    KeyFetch fetch = source_->fetch(stop_);
    if (stop_.load(std::memory_order_relaxed)) return false;
    const auto failed = [this](std::string_view reason) {
        failures_.fetch_add(1, std::memory_order_relaxed);
        const bool have_keys = store_.snapshot().keys != nullptr;
        log_.warn(have_keys ? "token keys not refreshed, the previous ones stay in force"
                            : "token keys not loaded, every token is refused",
                  {{"error", reason}});
        return false;
    };
    if (fetch.outcome == KeyFetch::Outcome::failed) return failed(fetch.text);
    if (fetch.outcome == KeyFetch::Outcome::changed) {
        KeyDocument document = parse_key_set(fetch.text);
        if (!document.error.empty()) return failed("unreadable key document: " + document.error);
        if (document.keys.empty()) return failed("the key document holds no usable ES256 key");
        const std::size_t count = document.keys.size();
        if (store_.replace(std::move(document.keys))) {
            log_.info("token keys loaded", {{"keys", count}, {"skipped", document.skipped}});
        }
    } else if (store_.snapshot().keys == nullptr) {
        return failed("the key document is unchanged and holds no usable key");
    }
    last_success_ns_.store(nanoseconds(Clock::now()), std::memory_order_relaxed);
    return true;
}

}  // namespace edge
