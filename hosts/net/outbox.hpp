// What waits to be written on one connection: pieces of shared buffers, bounded by bytes, written
// many at a time.
//
// This is where it is decided that a receiver is too slow: push() refuses what would exceed the
// bound, and the connection is then closed while everybody else goes on. An empty outbox holds no
// memory beyond itself.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "net/buffer.hpp"
#include "net/frame.hpp"

namespace net {

// A buffer on its way out; a frame may consist of several.
struct OutboxPiece {
    BufferRef buffer;
    bool ends_frame = true;
};

// Pieces in a row, and the chunk behind them. A burst of eight frames fits into one.
struct OutboxChunk {
    static constexpr std::uint32_t capacity = 15;

    OutboxChunk* next = nullptr;
    std::uint32_t filled = 0;
    std::array<OutboxPiece, capacity> pieces;
};

// Emptied chunks of one I/O thread, kept for the next connection that has something to write.
// Bounded.
class OutboxPool {
 public:
    OutboxPool() = default;
    OutboxPool(const OutboxPool&) = delete;
    OutboxPool& operator=(const OutboxPool&) = delete;
    ~OutboxPool();

    OutboxChunk* take() {
        OutboxChunk* chunk = spare_;
        if (chunk == nullptr) return new OutboxChunk;
        spare_ = std::exchange(chunk->next, nullptr);
        --count_;
        return chunk;
    }
    // Requires: no piece in it holds a buffer.
    void give_back(OutboxChunk* chunk) {
        if (count_ == most_kept) {
            delete chunk;
            return;
        }
        chunk->filled = 0;
        chunk->next = std::exchange(spare_, chunk);
        ++count_;
    }
    std::size_t count() const { return count_; }

 private:
    // One for each of a few thousand receivers of a broadcast: about a megabyte.
    static constexpr std::size_t most_kept = 4096;

    OutboxChunk* spare_ = nullptr;
    std::size_t count_ = 0;
};

// One thread at a time.
class Outbox {
 public:
    Outbox() = default;
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;
    ~Outbox();

    bool empty() const { return bytes_ == 0; }
    // Not yet written.
    std::size_t bytes() const { return bytes_; }

    // Appends the parts of `frame`. False, and nothing appended, if more than `limit` bytes would
    // then wait; a frame is always taken when nothing waits, whatever its size.
    bool push(const Frame& frame, std::size_t limit, OutboxPool& pool) {
        const std::size_t size = frame.size();
        if (bytes_ != 0 && bytes_ + size > limit) return false;
        if (frame.middle || frame.tail) {
            push_composed(frame, pool);
        } else if (size != 0) {
            push(frame.head, pool);
        }
        return true;
    }
    // Appends without a bound: close frames, answers of which there is one at a time.
    void push(const BufferRef& whole, OutboxPool& pool) {
        const std::size_t size = whole.size();
        if (size == 0) return;
        if (bytes_ == 0) {
            bytes_ = size;
            only_ = whole;
        } else {
            append(whole, true, pool);
        }
    }

    // Describes the first unwritten bytes, at most `count` pieces. The result is how many were
    // filled in.
    int gather(iovec* pieces, int count) const {
        if (!only_) return gather_chunks(pieces, count);
        pieces[0].iov_base = const_cast<char*>(only_->data() + offset_);
        pieces[0].iov_len = bytes_;
        return 1;
    }

    // The first `written` bytes have left. Requires: written <= bytes().
    void consume(std::size_t written, OutboxPool& pool) {
        if (!only_) return consume_chunks(written, pool);
        bytes_ -= written;
        offset_ += written;
        if (bytes_ == 0) {
            only_ = BufferRef();
            offset_ = 0;
        }
    }

    // Forgets the frames of which nothing was written, except those that reach into the first
    // `pinned` bytes: what remains ends where a frame ends, so that a close frame may follow.
    void drop_unstarted(std::size_t pinned, OutboxPool& pool);

 private:
    // Behind what waits, in the chunks.
    void append(const BufferRef& buffer, bool ends_frame, OutboxPool& pool) {
        if (only_) move_into_chunk(pool);
        if (last_ == nullptr || last_->filled == OutboxChunk::capacity) add_chunk(pool);
        bytes_ += buffer.size();
        OutboxPiece& piece = last_->pieces[last_->filled++];
        piece.buffer = buffer;
        piece.ends_frame = ends_frame;
    }
    void move_into_chunk(OutboxPool& pool);
    int gather_chunks(iovec* pieces, int count) const;
    void consume_chunks(std::size_t written, OutboxPool& pool);
    void push_composed(const Frame& frame, OutboxPool& pool);
    void add_chunk(OutboxPool& pool);
    void clear(OutboxPool& pool);

    // A single buffer waits here, more of them in chunks: one message at a time is the usual case,
    // and the cheapest.
    BufferRef only_;
    OutboxChunk* first_ = nullptr;
    OutboxChunk* last_ = nullptr;
    std::size_t bytes_ = 0;
    std::size_t offset_ = 0;   // written bytes of the first piece
    std::uint32_t index_ = 0;  // of the first piece that is not wholly written, in the first chunk
    bool inside_frame_ = false;  // an earlier piece of its frame has left
};

}  // namespace net
