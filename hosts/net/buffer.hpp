// Immutable bytes shared by any number of owners on any thread.
//
// A broadcast frame is built once as a Buffer; a thousand outboxes then hold a BufferRef each, and
// no byte is copied on the way to the kernel. One allocation holds the count and the bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace net {

class BufferRef;

// The bytes. Only ever reached through a BufferRef.
class Buffer {
 public:
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    // One new buffer that holds a copy of `bytes`, or of `parts` one after the other.
    static BufferRef copy(std::string_view bytes);
    static BufferRef concat(std::initializer_list<std::string_view> parts);
    // Takes the string over without copying its bytes; for large ones.
    static BufferRef adopt(std::string&& bytes);

    const char* data() const { return data_; }
    std::size_t size() const { return size_; }
    std::string_view view() const { return {data_, size_}; }

 private:
    friend class BufferRef;

    Buffer(const char* data, std::size_t size) : data_(data), size_(size) {}
    ~Buffer() = default;
    static void destroy(Buffer* buffer);

    std::atomic<unsigned> owners_{1};
    bool adopted_ = false;
    const char* data_;
    std::size_t size_;
};

// One owner of a Buffer, or of nothing. As cheap as a pointer to move; copying adds one to an
// atomic count. Distinct BufferRefs to one Buffer may be used by different threads at the same
// time.
class BufferRef {
 public:
    BufferRef() = default;
    BufferRef(const BufferRef& other) : buffer_(other.buffer_) {
        if (buffer_ != nullptr) buffer_->owners_.fetch_add(1, std::memory_order_relaxed);
    }
    BufferRef(BufferRef&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
    BufferRef& operator=(BufferRef other) noexcept {
        std::swap(buffer_, other.buffer_);
        return *this;
    }
    ~BufferRef() {
        if (buffer_ != nullptr && buffer_->owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            Buffer::destroy(buffer_);
        }
    }

    explicit operator bool() const { return buffer_ != nullptr; }
    // Requires: not empty.
    const Buffer& operator*() const { return *buffer_; }
    const Buffer* operator->() const { return buffer_; }
    // 0 and "" for an empty reference.
    std::size_t size() const { return buffer_ != nullptr ? buffer_->size() : 0; }
    std::string_view view() const {
        return buffer_ != nullptr ? buffer_->view() : std::string_view();
    }

 private:
    friend class Buffer;
    explicit BufferRef(Buffer* taken) : buffer_(taken) {}

    Buffer* buffer_ = nullptr;
};

}  // namespace net
