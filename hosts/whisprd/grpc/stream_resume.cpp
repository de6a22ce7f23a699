// How a stream begins: it listens, then reads what its client missed, then tells what happened
// meanwhile. Nothing is told twice, and nothing between is missing.
#include <utility>

#include "grpc/changes.hpp"
#include "grpc/stream.hpp"
#include "grpc/stream_frames.hpp"
#include "grpc/streams.hpp"
#include "proto/codec/fields.hpp"
#include "rate_limits.hpp"
#include "whispr/limits.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

}  // namespace

void Stream::hello(std::int64_t id, const v1::HelloRequest& request) {
    whispr::codec::Fields fields;
    auto resume = std::make_unique<Resume>();
    for (const auto& position : request.positions()) {
        resume->positions.emplace_back(
            fields.id<whispr::ConversationId>("positions", position.conversation_id()),
            position.eseq());
        if (position.eseq() < 0) fields.wrong("positions", "has a negative eseq");
    }
    if (resume->positions.size() > whispr::limits::conversations_per_user)
        fields.wrong("positions", "are more than a user may have");
    const auto sound = fields.finish(whispr::Done{});
    if (!sound) return end(failure_of(sound.error()));
    if (!service_.joins.take(Clock::now())) {
        Failure later = failure(edge::GrpcCode::unavailable, "TOO_MANY_JOINS",
                                "too many clients connect at once");
        later.retry_after = std::chrono::seconds(1);
        return end(std::move(later));
    }
    const std::string epoch = service_.engine.epoch().to_string();
    v1::HelloResponse response;
    response.set_epoch(epoch);
    response.set_another_epoch(!request.epoch().empty() && request.epoch() != epoch);
    response.set_user_id(caller_.user.to_string());
    response.set_max_command_bytes(static_cast<std::int32_t>(service_.config.max_frame_size));
    if (response.another_epoch()) resume->positions.clear();
    {
        const std::lock_guard lock(mutex_);
        if (ended_) return;
        greeted_ = true;
        resume_ = std::move(resume);
    }
    answer(id, v1::Answer::kHelloFieldNumber, response);
    // Behind what made it listen.
    streams_.workers().of(caller_.user).post([self = shared_from_this()] { self->resume_more(); });
}

void Stream::resume_more() {
    while (true) {
        std::pair<whispr::ConversationId, whispr::Eseq> position;
        {
            const std::lock_guard lock(mutex_);
            if (ended_ || !resume_) return;
            Resume& resume = *resume_;
            const bool all = resume.next == resume.positions.size();
            if (all && resume.under_way == 0) return catch_up();
            // The client is told no faster than it reads; a quarter is left for what it asks.
            const std::size_t most = service_.config.max_outbox_size;
            const std::size_t expected = (resume.under_way + 1) * (most / 4);
            if (all || outbox_bytes_ + expected > most - most / 4) return;
            position = resume.positions[resume.next++];
            ++resume.under_way;
        }
        read_changes(service_.engine, caller_, position.first, position.second,
                     [self = shared_from_this(), position](whispr::Result<Changes> changes) {
                         auto& worker = self->streams_.workers().of(self->caller_.user);
                         worker.post([self, position, changes = std::move(changes)]() mutable {
                             self->resumed(position.first, position.second, std::move(changes));
                         });
                     });
    }
}

void Stream::resumed(whispr::ConversationId conversation, whispr::Eseq since,
                     whispr::Result<Changes> changes) {
    v1::Frame frame;
    auto& missed = *frame.mutable_missed_changes();
    missed.set_conversation_id(conversation.to_string());
    if (!changes) {
        const whispr::Errc code = changes.error().code;
        const bool gone =
            code == whispr::Errc::not_a_member || code == whispr::Errc::conversation_not_found;
        if (!gone) return end(failure_of(changes.error()));
        *missed.mutable_error() = whispr::codec::encode(failure_of(changes.error()));
    } else {
        encode_changes(*changes, service_.config.max_outbox_size / 4, *missed.mutable_changes());
    }
    const bool tells = !changes || changes->messages.eseq != since;
    {
        const std::lock_guard lock(mutex_);
        if (ended_ || !resume_) return;
        --resume_->under_way;
        if (changes) told_[conversation] = changes->messages.eseq;
        if (tells) push(frame_chunk(frame));
    }
    resume_more();
}

void Stream::catch_up() {
    resume_.reset();
    caught_up_ = true;
    v1::Frame frame;
    frame.mutable_caught_up();
    push(frame_chunk(frame));
    const auto held = std::exchange(held_, {});
    const auto told = std::exchange(told_, {});
    held_bytes_ = 0;
    for (const auto& one : held) {
        const auto known = told.find(one.conversation);
        const bool old = one.eseq > 0 && known != told.end() && one.eseq <= known->second;
        if (!old && !ended_) push(one.chunk);
    }
}

}  // namespace whisprd::rpc
