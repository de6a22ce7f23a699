// Two threads with a connection each: one publishes what has queued up, one listens. The listener
// also publishes to itself, so that it knows that the whole way works, both connections included.
#include <hiredis/hiredis.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "redis_connection.hpp"
#include "whispr/adapters/redis.hpp"

namespace whispr {

namespace {

using namespace std::chrono_literals;
using redis::Address;
using redis::Connection;
using Clock = std::chrono::steady_clock;

/// Waiting to be published; more is dropped, because Redis is too slow or away.
constexpr std::size_t most_bytes = std::size_t{64} << 20;
/// Commands that are sent before their answers are read.
constexpr std::size_t most_at_once = 256;
/// How often the way to Redis and back is tried, and how long it may take.
constexpr auto between_trials = 500ms;
constexpr auto longest_trial = 3s;
constexpr auto between_attempts = 500ms;

struct Letter {
    std::string channel;
    std::string payload;
};

/// What of a name decides about its slot in a cluster.
std::string_view slot_tag(std::string_view name) {
    const std::size_t open = name.find('{');
    const std::size_t close = open == std::string_view::npos ? open : name.find('}', open);
    if (close == std::string_view::npos || close == open + 1) return name;
    return name.substr(open + 1, close - open - 1);
}

std::string draw_trial(const std::string& bus_channel) {
    std::random_device random;
    return "{" + std::string(slot_tag(bus_channel)) + "}:trial:" + std::to_string(random()) +
           std::to_string(random());
}

/// What is to be published, in order.
class Outbox {
 public:
    bool push(Letter letter) {
        {
            const std::lock_guard lock(mutex_);
            const std::size_t bytes = letter.channel.size() + letter.payload.size();
            if (!open_ || bytes_ + bytes > most_bytes) return false;
            bytes_ += bytes;
            letters_.push_back(std::move(letter));
        }
        filled_.notify_one();
        return true;
    }
    /// Waits for something; nothing when it was closed or `longest` is over.
    std::vector<Letter> take(std::chrono::milliseconds longest) {
        std::unique_lock lock(mutex_);
        filled_.wait_for(lock, longest, [this] { return !letters_.empty(); });
        std::vector<Letter> taken;
        while (!letters_.empty() && taken.size() < most_at_once) {
            bytes_ -= letters_.front().channel.size() + letters_.front().payload.size();
            taken.push_back(std::move(letters_.front()));
            letters_.pop_front();
        }
        return taken;
    }
    /// While it is closed, nothing is taken: it would come too late.
    void set_open(bool open) {
        const std::lock_guard lock(mutex_);
        open_ = open;
        if (open) return;
        letters_.clear();
        bytes_ = 0;
    }

 private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Letter> letters_;
    std::size_t bytes_ = 0;
    bool open_ = false;
};

class Channels final : public RedisChannels {
 public:
    Channels(Address address, RedisOptions options)
        : address_(std::move(address)),
          options_(std::move(options)),
          bus_channel_(options_.bus_channel()),
          trial_channel_(draw_trial(bus_channel_)) {}
    ~Channels() override { stop(); }

    void listen(std::string channel, OnMessage on_message) override {
        listeners_[std::move(channel)] = std::move(on_message);
    }

    void start(std::function<void(bool)> on_state) override {
        on_state_ = std::move(on_state);
        publisher_ = std::thread([this] { publish_all(); });
        listener_ = std::thread([this] { listen_always(); });
    }

    void stop() noexcept override {
        // What was published last is sent first: a goodbye, for instance.
        stopping_ = true;
        if (publisher_.joinable()) publisher_.join();
        if (listener_.joinable()) listener_.join();
    }

    bool publish(std::string_view channel, std::string payload) noexcept override {
        return outbox_.push({std::string(channel), std::move(payload)});
    }

    bool usable() const noexcept override { return usable_; }

 private:
    [[nodiscard]] bool on_shard(std::string_view channel) const {
        return options_.sharded && (channel == bus_channel_ || channel == trial_channel_);
    }

    void publish_all() {
        std::unique_ptr<Connection> connection;
        while (true) {
            if (!connection) connection = connect();
            if (!connection) {
                if (stopping_) return;
                std::this_thread::sleep_for(between_attempts);
                continue;
            }
            outbox_.set_open(true);
            const std::vector<Letter> letters = outbox_.take(100ms);
            if (letters.empty() && stopping_) return;
            for (const auto& [channel, payload] : letters)
                connection->add({on_shard(channel) ? "SPUBLISH" : "PUBLISH", channel, payload});
            if (connection->settle()) continue;
            outbox_.set_open(false);
            connection.reset();
        }
    }

    void listen_always() {
        while (!stopping_) {
            if (const auto connection = connect()) listen_on(*connection);
            set_usable(false);
            if (!stopping_) std::this_thread::sleep_for(between_attempts);
        }
    }

    void listen_on(Connection& connection) {
        if (!subscribe(connection)) return;
        Clock::time_point tried{};
        Clock::time_point came = Clock::now();
        while (!stopping_ && connection.alive()) {
            const auto now = Clock::now();
            if (now - came > longest_trial) return;
            if (now - tried >= between_trials) {
                tried = now;
                outbox_.push({trial_channel_, ""});
            }
            const redis::Reply reply = connection.wait(100ms);
            if (!reply) continue;
            if (has_moved(*reply)) return;
            if (take(*reply)) {
                came = Clock::now();
                set_usable(true);
            }
        }
    }

    bool subscribe(Connection& connection) {
        std::vector<std::string_view> everywhere{"SUBSCRIBE"};
        std::vector<std::string_view> shard{"SSUBSCRIBE"};
        (options_.sharded ? shard : everywhere).push_back(trial_channel_);
        for (const auto& [channel, on_message] : listeners_)
            (on_shard(channel) ? shard : everywhere).push_back(channel);
        return (shard.size() == 1 || connection.send(shard)) &&
               (everywhere.size() == 1 || connection.send(everywhere));
    }

    /// The shard's channels are on another node of the cluster now.
    static bool has_moved(const redisReply& reply) {
        const bool ended = reply.type == REDIS_REPLY_ARRAY && reply.elements == 3 &&
                           text(reply, 0) == "sunsubscribe";
        return ended || redis::is_error(&reply, "MOVED ") || redis::is_error(&reply, "CLUSTERDOWN");
    }

    /// True: what was tried came back.
    bool take(const redisReply& reply) {
        const bool is_message = reply.type == REDIS_REPLY_ARRAY && reply.elements == 3 &&
                                (text(reply, 0) == "message" || text(reply, 0) == "smessage");
        if (!is_message) return false;
        if (text(reply, 1) == trial_channel_) return true;
        const auto listener = listeners_.find(text(reply, 1));
        if (listener != listeners_.end()) listener->second(text(reply, 2));
        return false;
    }

    static std::string_view text(const redisReply& reply, std::size_t at) {
        const redisReply& element = *reply.element[at];
        return element.str == nullptr ? std::string_view()
                                      : std::string_view(element.str, element.len);
    }

    std::unique_ptr<Connection> connect() {
        auto connection = Connection::open(address_, options_.sentinel_password,
                                           options_.sharded ? bus_channel_ : std::string());
        if (connection) {
            const std::lock_guard lock(log_mutex_);
            last_complaint_.clear();
            return *std::move(connection);
        }
        const std::lock_guard lock(log_mutex_);
        if (connection.error().text != last_complaint_) {
            last_complaint_ = connection.error().text;
            log(LogLevel::warning, last_complaint_);
        }
        return nullptr;
    }

    void set_usable(bool usable) {
        if (usable_.exchange(usable) == usable) return;
        log(usable ? LogLevel::info : LogLevel::error,
            usable ? "Redis can be used, " + address_.text()
                   : "Redis cannot be used: other nodes' changes are read from the store");
        if (on_state_) on_state_(usable);
    }

    void log(LogLevel level, const std::string& text) const {
        if (options_.log) options_.log->log(level, text);
    }

    const Address address_;
    const RedisOptions options_;
    const std::string bus_channel_;
    const std::string trial_channel_;
    std::map<std::string, OnMessage, std::less<>> listeners_;
    std::function<void(bool)> on_state_;
    Outbox outbox_;
    std::atomic<bool> usable_{false};
    std::atomic<bool> stopping_{false};
    std::mutex log_mutex_;
    std::string last_complaint_;
    std::thread publisher_;
    std::thread listener_;
};

}  // namespace

Result<std::shared_ptr<RedisChannels>> make_redis_channels(RedisOptions options) {
    auto address = redis::parse_address(options.url);
    if (!address) return address.error();
    return std::shared_ptr<RedisChannels>(
        std::make_shared<Channels>(*std::move(address), std::move(options)));
}

}  // namespace whispr
