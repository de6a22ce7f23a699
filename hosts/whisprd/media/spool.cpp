#include "media/spool.hpp"

#include <span>
#include <utility>

namespace whisprd::media {

namespace {

// What is appended at once. Two of them, and what one read of the socket brings, are all that an
// upload holds in memory.
constexpr std::size_t piece_size = 64 * 1024;

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

Spool::Spool(WorkerPool& workers, net::BodyControl control, Plan plan)
    : workers_(workers), control_(std::move(control)), plan_(std::move(plan)) {}

bool Spool::put(std::string_view bytes) {
    {
        const std::lock_guard lock(mutex_);
        // After a failure the answer is under way, and ends the connection.
        if (ended_) return false;
        filling_ += bytes;
        if (filling_.size() < piece_size) return true;
        held_back_ = working_;
        if (std::exchange(working_, true)) return false;
    }
    wake();
    return true;
}

void Spool::finish() {
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
        if (ended_ || std::exchange(working_, true)) return;
    }
    wake();
}

void Spool::abandon() {
    {
        const std::lock_guard lock(mutex_);
        if (finished_ || ended_) return;
        abandoned_ = true;
        if (std::exchange(working_, true)) return;
    }
    wake();
}

void Spool::wake() {
    if (workers_.post([self = shared_from_this()] { self->work(); })) return;
    state_ = whispr::Error{whispr::Errc::overloaded, "too many files wait", {}};
    end();
}

void Spool::work() {
    if (!std::exchange(opened_, true)) {
        auto writer = plan_.open();
        if (writer) writer_ = *std::move(writer);
        if (writer_ == nullptr) state_ = std::move(writer).error();
    }
    for (;;) {
        bool resume = false;
        bool last = false;
        {
            const std::lock_guard lock(mutex_);
            const bool closing = finished_ || abandoned_;
            if (state_ && filling_.size() < piece_size && !closing) {
                working_ = false;
                return;
            }
            writing_.clear();
            writing_.swap(filling_);
            last = !state_ || closing;
            resume = std::exchange(held_back_, false) && state_.has_value();
            if (last && !state_) ended_ = true;
        }
        // The connection may bring more while this is written.
        if (resume) control_.resume();
        if (state_ && !writing_.empty()) append();
        if (last || !state_) return end();
    }
}

void Spool::append() {
    state_ = writer_->append(writer_->size(), bytes_of(writing_));
    if (state_ && plan_.watch) plan_.watch(writing_);
}

void Spool::end() {
    bool abandoned = false;
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        abandoned = abandoned_;
        filling_ = std::string();
    }
    writing_ = std::string();
    End how;
    how.writer = std::move(writer_);
    how.kind = abandoned ? End::Kind::abandoned : state_ ? End::Kind::complete : End::Kind::failed;
    if (!state_) how.error = state_.error();
    // What the plan holds ends with it.
    const Plan plan = std::move(plan_);
    plan.ended(std::move(how));
}

}  // namespace whisprd::media
