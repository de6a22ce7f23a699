// What waits to be written on one connection: pieces of shared buffers, bounded by bytes, written
// many at a time.
//
// This is where it is decided that a receiver is too slow: push() refuses what would exceed the
// bound, and the connection is then closed while everybody else goes on. An empty outbox holds no
// memory beyond itself.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/buffer.hpp"
#include "net/frame.hpp"

namespace net {

// A buffer on its way out; a frame may consist of several.
struct OutboxPiece {
    BufferRef buffer;
    bool ends_frame = true;
};

// Emptied vectors of one I/O thread, kept for the next connection that has something to write.
// Bounded.
class OutboxPool {
 public:
    std::vector<OutboxPiece> take();
    void give_back(std::vector<OutboxPiece>&& emptied);

 private:
    std::vector<std::vector<OutboxPiece>> spare_;
};

// One thread at a time.
class Outbox {
 public:
    bool empty() const { return bytes_ == 0; }
    // Not yet written.
    std::size_t bytes() const { return bytes_; }

    // Appends the parts of `frame`. False, and nothing appended, if more than `limit` bytes would
    // then wait; a frame is always taken when nothing waits, whatever its size.
    bool push(const Frame& frame, std::size_t limit, OutboxPool& pool);
    // Appends without a bound: close frames, answers of which there is one at a time.
    void push(BufferRef whole, OutboxPool& pool);

    // Describes the first unwritten bytes, at most `count` pieces. The result is how many were
    // filled in.
    int gather(iovec* pieces, int count) const;

    // The first `written` bytes have left. Requires: written <= bytes().
    void consume(std::size_t written, OutboxPool& pool);

    // Forgets the frames of which nothing was written, except those that reach into the first
    // `pinned` bytes: what remains ends where a frame ends, so that a close frame may follow.
    void drop_unstarted(std::size_t pinned);

 private:
    void append(BufferRef buffer, bool ends_frame);

    std::vector<OutboxPiece> pieces_;
    std::uint32_t first_ = 0;    // index of the first piece that is not wholly written
    bool inside_frame_ = false;  // an earlier piece of the frame at first_ has left
    std::size_t offset_ = 0;     // written bytes of that piece
    std::size_t bytes_ = 0;
};

}  // namespace net
