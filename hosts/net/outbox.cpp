#include "net/outbox.hpp"

namespace net {

OutboxPool::~OutboxPool() {
    while (spare_ != nullptr)
        delete std::exchange(spare_, spare_->next);
}

Outbox::~Outbox() {
    while (first_ != nullptr)
        delete std::exchange(first_, first_->next);
}

void Outbox::add_chunk(OutboxPool& pool) {
    OutboxChunk* chunk = pool.take();
    if (last_ == nullptr) {
        first_ = chunk;
    } else {
        last_->next = chunk;
    }
    last_ = chunk;
}

void Outbox::move_into_chunk(OutboxPool& pool) {
    add_chunk(pool);
    last_->pieces[last_->filled++] = {std::move(only_), true};
}

void Outbox::push_composed(const Frame& frame, OutboxPool& pool) {
    // Empty parts would never be consumed, so they are not kept; the last one that is kept ends the
    // frame.
    bool kept = false;
    for (const BufferRef* part : {&frame.head, &frame.middle, &frame.tail}) {
        if (part->size() == 0) continue;
        append(*part, false, pool);
        kept = true;
    }
    if (kept) last_->pieces[last_->filled - 1].ends_frame = true;
}

int Outbox::gather_chunks(iovec* pieces, int count) const {
    int filled = 0;
    std::size_t skip = offset_;
    std::uint32_t index = index_;
    for (const OutboxChunk* chunk = first_; chunk != nullptr; chunk = chunk->next, index = 0) {
        for (; index < chunk->filled; ++index, ++filled) {
            if (filled == count) return filled;
            const Buffer& buffer = *chunk->pieces[index].buffer;
            pieces[filled].iov_base = const_cast<char*>(buffer.data() + skip);
            pieces[filled].iov_len = buffer.size() - skip;
            skip = 0;
        }
    }
    return filled;
}

void Outbox::clear(OutboxPool& pool) {
    while (first_ != nullptr) {
        OutboxChunk* chunk = std::exchange(first_, first_->next);
        for (std::uint32_t i = index_; i < chunk->filled; ++i)
            chunk->pieces[i].buffer = BufferRef();
        index_ = 0;
        pool.give_back(chunk);
    }
    last_ = nullptr;
    bytes_ = 0;
    offset_ = 0;
    inside_frame_ = false;
}

void Outbox::consume_chunks(std::size_t written, OutboxPool& pool) {
    if (written == bytes_) return clear(pool);
    bytes_ -= written;
    while (written != 0) {
        OutboxPiece& piece = first_->pieces[index_];
        const std::size_t rest = piece.buffer.size() - offset_;
        if (written < rest) {
            offset_ += written;
            return;
        }
        written -= rest;
        offset_ = 0;
        inside_frame_ = !piece.ends_frame;
        piece.buffer = BufferRef();
        if (++index_ == OutboxChunk::capacity) {
            // Something is left, so there is a chunk behind this one.
            index_ = 0;
            pool.give_back(std::exchange(first_, first_->next));
        }
    }
}

void Outbox::drop_unstarted(std::size_t pinned, OutboxPool& pool) {
    if (only_) move_into_chunk(pool);
    OutboxChunk* chunk = first_;
    std::uint32_t index = index_;
    std::size_t kept = 0;
    bool inside = inside_frame_ || offset_ != 0;
    while (chunk != nullptr && (inside || kept < pinned)) {
        for (; index < chunk->filled && (inside || kept < pinned); ++index) {
            const OutboxPiece& piece = chunk->pieces[index];
            kept += piece.buffer.size() - (kept == 0 ? offset_ : 0);
            inside = !piece.ends_frame;
        }
        if (index < chunk->filled || chunk->next == nullptr) break;
        chunk = chunk->next;
        index = 0;
    }
    if (kept == 0) return clear(pool);
    bytes_ = kept;
    // Behind the last piece that is kept: the rest of its chunk, and the chunks that follow.
    for (std::uint32_t i = index; i < chunk->filled; ++i)
        chunk->pieces[i].buffer = BufferRef();
    chunk->filled = index;
    last_ = chunk;
    OutboxChunk* dropped = std::exchange(chunk->next, nullptr);
    while (dropped != nullptr) {
        OutboxChunk* gone = std::exchange(dropped, dropped->next);
        for (std::uint32_t i = 0; i < gone->filled; ++i)
            gone->pieces[i].buffer = BufferRef();
        pool.give_back(gone);
    }
}

}  // namespace net
