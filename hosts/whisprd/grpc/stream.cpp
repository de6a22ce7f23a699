#include "grpc/stream.hpp"

#include <utility>

#include "grpc/stream_frames.hpp"
#include "grpc/streams.hpp"
#include "meters.hpp"
#include "user_sockets.hpp"

namespace whisprd::rpc {

namespace {

// One write takes what has queued up, to about this size: what TCP and HTTP/2 take in one turn.
constexpr std::size_t write_bytes = 64 * 1024;
// A client that does not take the end within this time is cut off.
constexpr std::chrono::seconds end_patience{5};

Failure pull() {
    return failure(edge::GrpcCode::resource_exhausted, "PULL",
                   "too slow: connect again and say what you have");
}

}  // namespace

Stream::Stream(Service& service, Streams& streams, Asker asker, std::string authorization,
               Pipe& pipe)
    : service_(service),
      streams_(streams),
      caller_(std::move(asker.caller)),
      pipe_(&pipe),
      authorization_(std::move(authorization)),
      expires_at_(asker.expires_at),
      key_(asker.key),
      by_token_(asker.by_token) {}

void Stream::start() {
    service_.meters.streams.add();
    streams_.add(shared_from_this());
    const std::lock_guard lock(mutex_);
    read_more();
}

void Stream::on_unreadable() {
    end(failure(edge::GrpcCode::invalid_argument, "UNREADABLE",
                "the command is not a ConnectRequest"));
}

// A client that has no more commands goes on listening.
void Stream::on_half_closed() {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    half_closed_ = true;
    if (!greeted_)
        end_locked(failure(edge::GrpcCode::invalid_argument, "HELLO_EXPECTED",
                           "a stream begins with hello"));
}

void Stream::on_written(bool ok) {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (ended_) return finish();
    if (!ok) return end_locked(failure(edge::GrpcCode::cancelled, "CANCELLED", "cancelled"));
    pump();
    // There may be room for more of what was missed.
    if (resume_ && !writing_) {
        streams_.workers().of(caller_.user).post([self = shared_from_this()] {
            self->resume_more();
        });
    }
}

void Stream::on_cancelled() {
    end(failure(edge::GrpcCode::cancelled, "CANCELLED", "cancelled"));
}

void Stream::on_done() {
    {
        const std::lock_guard lock(mutex_);
        pipe_ = nullptr;
        ended_ = true;
        finished_ = true;
    }
    streams_.workers().of(caller_.user).post([self = shared_from_this()] {
        self->streams_.remove(self);
    });
    service_.sockets.close(caller_.user);
    if (!service_.log.enabled(edge::LogLevel::debug)) return;
    const std::chrono::duration<double> lasted = Clock::now() - started_at_;
    service_.log.debug("stream", {{"user", caller_.user.to_string()},
                                  {"reason", failure_ ? failure_->reason : std::string()},
                                  {"seconds", lasted.count()}});
}

void Stream::tell(const Told& told) {
    const std::lock_guard lock(mutex_);
    if (ended_ || (told.signal && !open_.contains(told.conversation))) return;
    if (caught_up_) return push(told.chunk);
    held_bytes_ += told.chunk->size();
    held_.push_back(told);
    if (held_bytes_ > service_.config.max_outbox_size) end_locked(pull());
}

void Stream::membership_lost(whispr::ConversationId conversation, whispr::Eseq since) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = opening_.find(conversation);
        if (found != opening_.end()) found->second = since;
    }
    leave(conversation);
}

void Stream::leave(whispr::ConversationId conversation) {
    whispr::PresenceEntry entry;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(conversation);
        if (found == open_.end()) return;
        entry = std::move(found->second);
        open_.erase(found);
    }
    service_.engine.presence().leave(conversation, entry.user, entry.session);
}

void Stream::end(Failure why) {
    const std::lock_guard lock(mutex_);
    end_locked(std::move(why));
}

void Stream::tick(Clock::time_point now, std::chrono::system_clock::time_point wall) {
    const std::lock_guard lock(mutex_);
    if (!ended_ && expires_at_ && wall >= *expires_at_)
        end_locked(failure_of(edge::Refusal::expired));
    if (!ended_ && !greeted_ && now - started_at_ > service_.config.handshake_timeout)
        end_locked(failure(edge::GrpcCode::deadline_exceeded, "HELLO_EXPECTED",
                           "a stream begins with hello"));
    const bool deaf = ended_ && !finished_ && !cut_off_ && now - ended_at_ > end_patience;
    if (!deaf || pipe_ == nullptr) return;
    cut_off_ = true;
    pipe_->cancel();
}

edge::KeyMark Stream::key() const {
    const std::lock_guard lock(mutex_);
    return key_;
}

bool Stream::has_key() const {
    const std::lock_guard lock(mutex_);
    return by_token_;
}

std::string Stream::authorization() const {
    const std::lock_guard lock(mutex_);
    return by_token_ ? authorization_ : std::string();
}

void Stream::answered(const Chunk& chunk) {
    const std::lock_guard lock(mutex_);
    if (in_flight_ > 0) --in_flight_;
    if (ended_) return;
    push(chunk);
    if (!ended_) read_more();
}

void Stream::answer(std::int64_t id, int field, const google::protobuf::MessageLite& response) {
    answered(answer_chunk(id, field, response));
}

void Stream::refuse(std::int64_t id, const Failure& why) {
    answered(refusal_chunk(id, why));
}

void Stream::push(Chunk chunk) {
    outbox_bytes_ += chunk->size();
    if (outbox_bytes_ > service_.config.max_outbox_size && writing_) return end_locked(pull());
    outbox_.push_back(std::move(chunk));
    pump();
}

void Stream::pump() {
    if (writing_ || finished_ || outbox_.empty() || pipe_ == nullptr) return;
    std::vector<Chunk> taken;
    std::size_t size = 0;
    while (!outbox_.empty() && (taken.empty() || size + outbox_.front()->size() <= write_bytes)) {
        size += outbox_.front()->size();
        taken.push_back(std::move(outbox_.front()));
        outbox_.pop_front();
    }
    outbox_bytes_ -= size;
    writing_ = true;
    pipe_->write(std::move(taken));
}

// While too many commands are under way nothing is read, and the client's writes wait.
void Stream::read_more() {
    if (reading_ || half_closed_ || ended_ || pipe_ == nullptr) return;
    if (in_flight_ >= service_.config.max_pushes_in_flight) return;
    reading_ = true;
    pipe_->read();
}

void Stream::end_locked(Failure why) {
    if (ended_) return;
    ended_ = true;
    ended_at_ = Clock::now();
    if (why.reason == "PULL") service_.meters.streams_pulled.add();
    failure_ = std::move(why);
    outbox_.clear();
    held_.clear();
    outbox_bytes_ = 0;
    held_bytes_ = 0;
    resume_.reset();
    told_.clear();
    auto open = std::exchange(open_, {});
    streams_.workers().of(caller_.user).post([self = shared_from_this(), open = std::move(open)] {
        for (const auto& [conversation, entry] : open)
            self->service_.engine.presence().leave(conversation, entry.user, entry.session);
    });
    if (!writing_) finish();
}

void Stream::finish() {
    if (finished_ || pipe_ == nullptr) return;
    finished_ = true;
    pipe_->finish(failure_ ? &*failure_ : nullptr);
}

}  // namespace whisprd::rpc
