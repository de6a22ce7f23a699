// All Connect streams of this process, and the engine's events on their way to them. An event is
// encoded once, by whoever needs it first, and shared.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "edge/jwks.hpp"
#include "grpc/stream.hpp"
#include "grpc/worker.hpp"
#include "socket/sign_out.hpp"
#include "whispr/ports/session_sink.hpp"

namespace whisprd::rpc {

class Streams final : public whispr::SessionSink {
 public:
    explicit Streams(std::size_t workers);
    ~Streams() override;

    [[nodiscard]] Workers& workers() { return workers_; }
    // The method whose request is the command of this number; null: none.
    [[nodiscard]] const Method* method_of(int command) const;
    [[nodiscard]] std::int64_t count() const { return count_.load(std::memory_order_relaxed); }

    // From the next event on it is told what concerns its user. Any thread.
    void add(std::shared_ptr<Stream> stream);
    // On the worker of its user only.
    void remove(const std::shared_ptr<Stream>& stream);

    // See the port.
    void deliver(const std::shared_ptr<const whispr::Events>& events) noexcept override;

    // Any thread; each happens soon after.
    void tell_user(whispr::UserId user, std::string_view event, std::string_view payload);
    void sign_out(const socket::SignOut& order);
    void sign_out_without_key(const std::shared_ptr<const edge::KeySet>& keys);
    void tick();
    // Ends all streams, spread over this time.
    void end_all(std::chrono::milliseconds spread);
    // Ends the workers. Requires: the server is over.
    void stop();

 private:
    using Users = std::unordered_map<whispr::UserId, std::vector<std::shared_ptr<Stream>>>;
    // Used on its worker only.
    struct Shard {
        Users users;
        std::atomic<std::int64_t> count{0};
    };
    class Batch;

    void deliver_batch(const Shard& shard, Batch& batch);
    void for_each(const std::function<void(Stream&)>& use);

    std::vector<std::unique_ptr<Shard>> shards_;
    std::unordered_map<int, Method> methods_;
    std::atomic<std::int64_t> count_{0};
    Workers workers_;  // last: their threads use the rest
};

}  // namespace whisprd::rpc
