// Raw deflate for permessage-deflate: every message on its own, nothing kept between messages,
// output bounded.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace net {

// The zlib states of one I/O thread, made when first needed; connections keep none. One thread at a
// time.
class Compression {
 public:
    Compression();
    ~Compression();
    Compression(const Compression&) = delete;
    Compression& operator=(const Compression&) = delete;

    enum class Outcome { ok, malformed, too_big };

    // Inflates one message (without the closing 00 00 ff ff, as it is on the wire). A message that
    // would become larger than `limit` is given up as soon as that is known, however small it was.
    // `inflated` stays valid until the next call.
    Outcome inflate(std::string_view message, std::size_t limit, std::string_view& inflated);

    // Holds the bytes of a joined message until the next call, for a reader that keeps no room of
    // its own.
    std::string_view keep(std::string&& message);

    // Deflates one message with a window of 2^window_bits (9 to 15), for the wire. Empty if zlib
    // failed.
    std::string deflate(std::string_view message, int window_bits);

 private:
    struct States;
    std::unique_ptr<States> states_;
};

}  // namespace net
