#include "net/buffer.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace net {

BufferRef Buffer::copy(std::string_view bytes) {
    return concat({bytes});
}

BufferRef Buffer::concat(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (std::string_view part : parts)
        size += part.size();
    void* place = ::operator new(sizeof(Buffer) + size);
    char* bytes = static_cast<char*>(place) + sizeof(Buffer);
    auto* buffer = ::new (place) Buffer(bytes, size);
    for (std::string_view part : parts) {
        if (!part.empty()) std::memcpy(bytes, part.data(), part.size());
        bytes += part.size();
    }
    return BufferRef(buffer);
}

BufferRef Buffer::adopt(std::string&& bytes) {
    void* place = ::operator new(sizeof(Buffer) + sizeof(std::string));
    auto* held = ::new (static_cast<char*>(place) + sizeof(Buffer)) std::string(std::move(bytes));
    auto* buffer = ::new (place) Buffer(held->data(), held->size());
    buffer->adopted_ = true;
    return BufferRef(buffer);
}

void Buffer::destroy(Buffer* buffer) {
    static_assert(sizeof(Buffer) % alignof(std::string) == 0,
                  "an adopted string follows the buffer in memory");
    void* place = buffer;
    if (buffer->adopted_) {
        std::launder(reinterpret_cast<std::string*>(static_cast<char*>(place) + sizeof(Buffer)))
            ->~basic_string();
    }
    buffer->~Buffer();
    ::operator delete(place);
}

}  // namespace net
