#include "grpc/streams.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include "grpc/stream_frames.hpp"
#include "proto/codec/events.hpp"

namespace whisprd::rpc {

namespace {

// The commands of a stream that are methods of services.
std::unordered_map<int, Method> methods_of_commands() {
    std::unordered_map<int, Method> found;
    const auto* const commands =
        whispr::v1::ConnectRequest::descriptor()->FindOneofByName("command");
    for (const ServiceTable& table : service_tables()) {
        for (const Method& method : table.methods) {
            for (int i = 0; i < commands->field_count(); ++i) {
                if (commands->field(i)->message_type() == method.request())
                    found.emplace(commands->field(i)->number(), method);
            }
        }
    }
    return found;
}

template <class Users>
void all_of(const Users& users, const std::function<void(Stream&)>& use) {
    // Who is ended is taken out later, by a task of its own.
    for (const auto& [user, streams] : users) {
        for (const auto& stream : streams)
            use(*stream);
    }
}

}  // namespace

// The events of one commit, with the bytes of each made once.
class Streams::Batch {
 public:
    explicit Batch(std::shared_ptr<const whispr::Events> given)
        : events(std::move(given)), encoded_(std::make_unique<Once[]>(events->size())) {}

    const Chunk& chunk(std::size_t index) {
        Once& once = encoded_[index];
        std::call_once(once.flag, [&] { once.chunk = event_chunk((*events)[index]); });
        return once.chunk;
    }

    const std::shared_ptr<const whispr::Events> events;

 private:
    struct Once {
        std::once_flag flag;
        Chunk chunk;
    };
    std::unique_ptr<Once[]> encoded_;
};

Streams::Streams(std::size_t workers) : methods_(methods_of_commands()), workers_(workers) {
    for (std::size_t i = 0; i < workers; ++i)
        shards_.push_back(std::make_unique<Shard>());
}

Streams::~Streams() {
    stop();
}

const Method* Streams::method_of(int command) const {
    const auto found = methods_.find(command);
    return found == methods_.end() ? nullptr : &found->second;
}

void Streams::add(std::shared_ptr<Stream> stream) {
    const std::size_t index = workers_.index_of(stream->caller().user);
    Shard& shard = *shards_[index];
    shard.count.fetch_add(1, std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_relaxed);
    workers_.at(index).post([&shard, stream = std::move(stream)] {
        shard.users[stream->caller().user].push_back(stream);
    });
}

void Streams::remove(const std::shared_ptr<Stream>& stream) {
    Shard& shard = *shards_[workers_.index_of(stream->caller().user)];
    const auto found = shard.users.find(stream->caller().user);
    if (found == shard.users.end()) return;
    if (std::erase(found->second, stream) == 0) return;
    if (found->second.empty()) shard.users.erase(found);
    shard.count.fetch_sub(1, std::memory_order_relaxed);
    count_.fetch_sub(1, std::memory_order_relaxed);
}

void Streams::deliver(const std::shared_ptr<const whispr::Events>& events) noexcept {
    if (events->empty() || count() == 0) return;
    const auto batch = std::make_shared<Batch>(events);
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        Shard& shard = *shards_[i];
        if (shard.count.load(std::memory_order_relaxed) == 0) continue;
        workers_.at(i).post([this, &shard, batch] { deliver_batch(shard, *batch); });
    }
}

void Streams::deliver_batch(const Shard& shard, Batch& batch) {
    for (std::size_t i = 0; i < batch.events->size(); ++i) {
        const whispr::Event& event = (*batch.events)[i];
        const bool signal = whispr::codec::is_signal(event);
        const auto tell = [&](const std::vector<std::shared_ptr<Stream>>& streams) {
            const Chunk& chunk = batch.chunk(i);
            if (!chunk) return;
            for (const auto& stream : streams)
                stream->tell({chunk, event.conversation, event.eseq, signal});
        };
        const auto tell_user = [&](whispr::UserId user) {
            const auto found = shard.users.find(user);
            if (found != shard.users.end()) tell(found->second);
        };
        const auto* const removed = std::get_if<whispr::MemberRemoved>(&event.what);
        if (std::holds_alternative<whispr::EpochChanged>(event.what)) {
            for (const auto& [user, streams] : shard.users)
                tell(streams);
        } else if (event.user) {
            tell_user(*event.user);
        } else if (event.audience && event.audience->users.size() <= shard.users.size()) {
            // The smaller side is walked.
            for (const auto& member : event.audience->users)
                tell_user(member);
        } else if (event.audience) {
            for (const auto& [user, streams] : shard.users) {
                if (event.audience->contains(user)) tell(streams);
            }
        }
        if (removed == nullptr || event.user) continue;
        if (!event.audience || !event.audience->contains(removed->user)) tell_user(removed->user);
        const auto found = shard.users.find(removed->user);
        if (found == shard.users.end()) continue;
        for (const auto& stream : found->second)
            stream->membership_lost(event.conversation, event.eseq);
    }
}

void Streams::tell_user(whispr::UserId user, std::string_view event, std::string_view payload) {
    if (count() == 0) return;
    const std::size_t index = workers_.index_of(user);
    workers_.at(index).post([&shard = *shards_[index], user, chunk = notice_chunk(event, payload)] {
        const auto found = shard.users.find(user);
        if (found == shard.users.end()) return;
        for (const auto& stream : found->second)
            stream->tell({chunk, {}, 0, false});
    });
}

void Streams::sign_out(const socket::SignOut& order) {
    const std::size_t index = workers_.index_of(order.user);
    workers_.at(index).post([&shard = *shards_[index], order] {
        const auto found = shard.users.find(order.user);
        if (found == shard.users.end()) return;
        for (const auto& stream : found->second) {
            const std::string& device = stream->caller().device;
            const bool stays = (!order.but_of.empty() && device == order.but_of) ||
                               (!order.only_of.empty() && device != order.only_of);
            if (!stays) {
                stream->end(failure(edge::GrpcCode::unauthenticated, "SIGNED_OUT", order.reason));
            }
        }
    });
}

void Streams::for_each(const std::function<void(Stream&)>& use) {
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        if (shards_[i]->count.load(std::memory_order_relaxed) == 0) continue;
        workers_.at(i).post([&shard = *shards_[i], use] { all_of(shard.users, use); });
    }
}

void Streams::sign_out_without_key(const std::shared_ptr<const edge::KeySet>& keys) {
    for_each([keys](Stream& stream) {
        if (stream.has_key() && !keys->holds(stream.key())) {
            stream.end(failure(edge::GrpcCode::unauthenticated, "TOKEN_KEY_REVOKED",
                               "the key of the token is not in force any more"));
        }
    });
}

void Streams::tick() {
    const auto now = Stream::Clock::now();
    const auto wall = std::chrono::system_clock::now();
    for_each([now, wall](Stream& stream) { stream.tick(now, wall); });
}

void Streams::end_all(std::chrono::milliseconds spread) {
    const auto all = std::max<std::int64_t>(1, count());
    const auto pause = std::chrono::microseconds(spread) * 16 / all;
    for_each([pause, ended = 0](Stream& stream) mutable {
        Failure stopping = failure(edge::GrpcCode::unavailable, "STOPPING",
                                   "the server is stopping; connect again");
        stopping.retry_after = std::chrono::seconds(1);
        stream.end(std::move(stopping));
        // Clients come back a few at a time.
        if (++ended % 16 == 0) std::this_thread::sleep_for(pause);
    });
}

void Streams::stop() {
    workers_.stop();
}

}  // namespace whisprd::rpc
