#include "net/outbox.hpp"

#include <utility>

namespace net {

namespace {

// A burst of eight composed frames fits without growing.
constexpr std::size_t usual_pieces = 24;
// Above this a vector goes back to the heap instead of the pool.
constexpr std::size_t largest_kept = 256;
constexpr std::size_t most_kept = 1024;
// Written pieces in front of a long queue are removed when there are so many, so that a queue which
// never becomes empty does not grow without end.
constexpr std::uint32_t compact_from = 256;

}  // namespace

std::vector<OutboxPiece> OutboxPool::take() {
    if (spare_.empty()) {
        std::vector<OutboxPiece> fresh;
        fresh.reserve(usual_pieces);
        return fresh;
    }
    std::vector<OutboxPiece> taken = std::move(spare_.back());
    spare_.pop_back();
    return taken;
}

void OutboxPool::give_back(std::vector<OutboxPiece>&& emptied) {
    emptied.clear();
    if (emptied.capacity() <= largest_kept && spare_.size() < most_kept) {
        spare_.push_back(std::move(emptied));
    } else {
        std::vector<OutboxPiece>().swap(emptied);
    }
}

void Outbox::append(BufferRef buffer, bool ends_frame) {
    bytes_ += buffer.size();
    pieces_.push_back({std::move(buffer), ends_frame});
}

bool Outbox::push(const Frame& frame, std::size_t limit, OutboxPool& pool) {
    const std::size_t size = frame.size();
    if (bytes_ != 0 && bytes_ + size > limit) return false;
    if (size == 0) return true;
    if (pieces_.capacity() == 0) pieces_ = pool.take();
    if (!frame.middle && !frame.tail) {
        append(frame.head, true);
        return true;
    }
    // Empty pieces would never be consumed, so they are not kept; the last one that is kept ends
    // the frame.
    const BufferRef* parts[] = {&frame.head, &frame.middle, &frame.tail};
    for (const BufferRef* part : parts) {
        if (part->size() != 0) append(*part, false);
    }
    pieces_.back().ends_frame = true;
    return true;
}

void Outbox::push(BufferRef whole, OutboxPool& pool) {
    if (whole.size() == 0) return;
    if (pieces_.capacity() == 0) pieces_ = pool.take();
    append(std::move(whole), true);
}

int Outbox::gather(iovec* pieces, int count) const {
    int filled = 0;
    std::size_t skip = offset_;
    for (std::size_t i = first_; i < pieces_.size() && filled < count; ++i, ++filled) {
        const Buffer& buffer = *pieces_[i].buffer;
        pieces[filled].iov_base = const_cast<char*>(buffer.data() + skip);
        pieces[filled].iov_len = buffer.size() - skip;
        skip = 0;
    }
    return filled;
}

void Outbox::consume(std::size_t written, OutboxPool& pool) {
    bytes_ -= written;
    if (bytes_ == 0) {
        pool.give_back(std::exchange(pieces_, {}));
        first_ = 0;
        inside_frame_ = false;
        offset_ = 0;
        return;
    }
    while (written != 0) {
        OutboxPiece& piece = pieces_[first_];
        const std::size_t rest = piece.buffer.size() - offset_;
        if (written < rest) {
            offset_ += written;
            break;
        }
        written -= rest;
        offset_ = 0;
        inside_frame_ = !piece.ends_frame;
        piece.buffer = BufferRef();
        ++first_;
    }
    if (first_ >= compact_from) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + first_);
        first_ = 0;
    }
}

void Outbox::drop_unstarted(std::size_t pinned) {
    std::size_t keep = first_;
    std::size_t kept_bytes = 0;
    bool inside = inside_frame_ || offset_ != 0;
    while (keep < pieces_.size() && (inside || kept_bytes < pinned)) {
        kept_bytes += pieces_[keep].buffer.size() - (keep == first_ ? offset_ : 0);
        inside = !pieces_[keep].ends_frame;
        ++keep;
    }
    pieces_.resize(keep);
    bytes_ = kept_bytes;
    if (bytes_ == 0) {
        pieces_.clear();
        first_ = 0;
        inside_frame_ = false;
        offset_ = 0;
    }
}

}  // namespace net
