#include "fanout/desk_socket.hpp"

#include <array>

namespace bench {

std::size_t DeskSocket::flush() {
    std::size_t all = 0;
    while (!outbox_.empty()) {
        std::array<iovec, 64> pieces;
        const int count = outbox_.gather(pieces.data(), static_cast<int>(pieces.size()));
        std::size_t bytes = 0;
        for (int i = 0; i < count; ++i)
            bytes += pieces[static_cast<std::size_t>(i)].iov_len;
        outbox_.consume(bytes, pool_);
        all += bytes;
    }
    return all;
}

void DeskSocket::collect(std::set<const void*>& buffers) const {
    std::array<iovec, 64> pieces;
    const int count = outbox_.gather(pieces.data(), static_cast<int>(pieces.size()));
    for (int i = 0; i < count; ++i)
        buffers.insert(pieces[static_cast<std::size_t>(i)].iov_base);
}

}  // namespace bench
