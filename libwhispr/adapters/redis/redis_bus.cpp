// Every node numbers what it publishes and says once a second how far it is, so that the others
// find what did not come, the last message included. A node that says nothing for a while is gone.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <unordered_map>

#include "bus_message.hpp"
#include "whispr/adapters/redis.hpp"

namespace whispr {

namespace {

using namespace std::chrono_literals;
using redis::BusHead;
using redis::BusKind;
using Clock = std::chrono::steady_clock;

constexpr auto heartbeat = 1s;
/// A node that is silent may go on committing: what it says to the store alone is read there, at
/// every beat for a minute, then now and then, until it is forgotten.
constexpr auto silence = 3s;
constexpr auto often = 1min;
constexpr unsigned seldom = 10;  // beats
constexpr auto forgotten = 1h;

NodeId draw_node() {
    std::random_device random;
    NodeId node = 0;
    while (node == 0)
        node = NodeId{random()} << 32 | random();
    return node;
}

std::chrono::microseconds since(Clock::time_point then) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - then);
}

class RedisBus final : public EventBus {
 public:
    RedisBus(std::shared_ptr<RedisChannels> channels, const RedisOptions& options)
        : channels_(std::move(channels)), channel_(options.bus_channel()), lease_(options.lease) {}
    ~RedisBus() override { stop(); }

    void start(Receiver& receiver) override {
        receiver_ = &receiver;
        usable_since_ = Clock::now();
        channels_->listen(channel_, [this](std::string_view payload) { take(payload); });
        channels_->start([this](bool usable) { changed(usable); });
        pulse_ = std::thread([this] { beat(); });
    }

    void stop() noexcept override {
        {
            const std::lock_guard lock(pulse_mutex_);
            if (std::exchange(stopped_, true)) return;
        }
        pulse_due_.notify_all();
        if (pulse_.joinable()) pulse_.join();
        send(BusKind::bye);
        channels_->stop();
    }

    void publish(const std::shared_ptr<const Events>& events) noexcept override {
        // One after the other, so that they come in the order of their numbers.
        const std::lock_guard lock(send_mutex_);
        channels_->publish(channel_, redis::write_events(next(BusKind::events), *events));
    }
    void publish_presence(std::vector<PresenceDelta> changes) noexcept override {
        const std::lock_guard lock(send_mutex_);
        channels_->publish(channel_, redis::write_presence(next(BusKind::presence), changes));
    }
    void publish_whole_presence(std::vector<PresenceDelta> present) noexcept override {
        const std::lock_guard lock(send_mutex_);
        channels_->publish(channel_, redis::write_presence(next(BusKind::whole_presence), present));
    }

 private:
    /// What is known of another node.
    struct Node {
        std::uint64_t number = 0;      ///< the last one that came
        Clock::time_point complete{};  ///< when nothing was missing
        Clock::time_point heard{};
        bool lost = false;
    };

    BusHead next(BusKind kind) { return {kind, node_, ++number_}; }
    void send(BusKind kind) {
        const std::lock_guard lock(send_mutex_);
        channels_->publish(channel_, redis::write_head({kind, node_, number_}));
    }

    void changed(bool usable) {
        const std::lock_guard lock(receive_mutex_);
        if (!usable) return receiver_->interrupted();
        usable_since_ = Clock::now();
        send(BusKind::hello);
        receiver_->restored();
    }

    void take(std::string_view payload) {
        const std::lock_guard lock(receive_mutex_);
        const auto head = redis::read_head(payload);
        if (!head) return lacked(heartbeat);
        if (head->node == node_) return;
        if (head->kind == BusKind::bye) return forget(head->node);
        const auto now = Clock::now();
        const auto [at, is_new] = nodes_.try_emplace(head->node);
        Node& node = at->second;
        const bool found = std::exchange(node.lost, false) || is_new;
        // Of one that is new nothing can be told: it is as if all since then were missing.
        if (is_new) node.complete = std::max(usable_since_, now - forgotten);
        const bool numbered = head->kind == BusKind::events || head->kind == BusKind::presence ||
                              head->kind == BusKind::whole_presence;
        const std::uint64_t expected = node.number + (numbered ? 1 : 0);
        const bool missing = head->number > expected;
        if (missing) lacked(since(node.complete));
        // Who is present there was among it, perhaps; and nobody tells that without being asked.
        if ((missing || found) && head->kind != BusKind::hello) ask(now);
        node.number = std::max(node.number, head->number);
        node.complete = node.heard = now;
        if (found || head->kind == BusKind::hello) receiver_->node_found(head->node);
        hand_over(*head, payload);
    }

    void hand_over(const BusHead& head, std::string_view payload) {
        if (head.kind == BusKind::events) {
            if (auto events = redis::read_events(payload)) {
                receiver_->receive(head.node, *std::move(events));
            } else {
                lacked(heartbeat);
            }
            return;
        }
        const bool whole = head.kind == BusKind::whole_presence;
        if (!whole && head.kind != BusKind::presence) return;
        const auto presence = redis::read_presence(payload);
        if (!presence) return;
        if (whole) {
            receiver_->replace_presence(head.node, *presence);
        } else {
            receiver_->receive_presence(head.node, *presence);
        }
    }

    void lacked(std::chrono::microseconds ago) { receiver_->missed(ago); }

    /// All others say who is present there; not for every message that did not come.
    void ask(Clock::time_point now) {
        asking_ = now - asked_ < heartbeat;  // then with the next beat
        if (asking_) return;
        asked_ = now;
        send(BusKind::hello);
    }

    void forget(NodeId node) {
        const auto at = nodes_.find(node);
        if (at == nodes_.end()) return;
        if (!at->second.lost) receiver_->node_lost(node);
        nodes_.erase(at);
    }

    void look_at_silent() {
        const std::lock_guard lock(receive_mutex_);
        const auto now = Clock::now();
        if (asking_) {
            asked_ = {};
            ask(now);
        }
        const bool now_and_then = ++beats_ % seldom == 0;
        for (auto& [id, node] : nodes_) {
            const auto silent = now - node.heard;
            if (silent > lease_ && !std::exchange(node.lost, true)) receiver_->node_lost(id);
            if (silent > silence && (silent < often || now_and_then)) lacked(since(node.complete));
        }
        std::erase_if(nodes_, [&](const auto& entry) {
            return entry.second.lost && now - entry.second.heard > forgotten;
        });
    }

    void beat() {
        std::unique_lock lock(pulse_mutex_);
        while (!pulse_due_.wait_for(lock, heartbeat, [this] { return stopped_; })) {
            lock.unlock();
            send(BusKind::alive);
            look_at_silent();
            lock.lock();
        }
    }

    const std::shared_ptr<RedisChannels> channels_;
    const std::string channel_;
    const std::chrono::milliseconds lease_;
    const NodeId node_ = draw_node();
    Receiver* receiver_ = nullptr;

    std::mutex send_mutex_;
    std::uint64_t number_ = 0;

    /// The receiver is told of one thing after the other.
    std::mutex receive_mutex_;
    std::unordered_map<NodeId, Node> nodes_;
    Clock::time_point usable_since_{};
    Clock::time_point asked_{};
    bool asking_ = false;
    unsigned beats_ = 0;

    std::mutex pulse_mutex_;
    std::condition_variable pulse_due_;
    bool stopped_ = false;
    std::thread pulse_;
};

}  // namespace

std::shared_ptr<EventBus> make_redis_bus(std::shared_ptr<RedisChannels> channels,
                                         const RedisOptions& options) {
    return std::make_shared<RedisBus>(std::move(channels), options);
}

}  // namespace whispr
