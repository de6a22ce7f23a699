#include "net/deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace net {

namespace {

constexpr int smallest_window = 9;
constexpr int largest_window = 15;
constexpr int memory_level = 8;
// The output buffer grows by steps of this size and is given back when it became larger than a few
// of them.
constexpr std::size_t step = 16 * 1024;
constexpr std::size_t kept_capacity = 4 * step;
constexpr std::array<unsigned char, 4> message_end{0x00, 0x00, 0xff, 0xff};

Bytef* input(const unsigned char* bytes) {
    return const_cast<Bytef*>(bytes);
}
Bytef* input(std::string_view bytes) {
    return input(reinterpret_cast<const unsigned char*>(bytes.data()));
}

}  // namespace

struct Compression::States {
    z_stream inflater{};
    bool has_inflater = false;
    std::array<z_stream, largest_window + 1> deflaters{};
    std::array<bool, largest_window + 1> has_deflater{};
    std::string out;

    ~States() {
        if (has_inflater) inflateEnd(&inflater);
        for (std::size_t bits = 0; bits < deflaters.size(); ++bits) {
            if (has_deflater[bits]) deflateEnd(&deflaters[bits]);
        }
    }

    // Inflates one run of input bytes, appending to out.
    Outcome run(Bytef* bytes, std::size_t size, std::size_t limit) {
        inflater.next_in = bytes;
        inflater.avail_in = static_cast<uInt>(size);
        for (;;) {
            const std::size_t before = out.size();
            out.resize(before + step);
            inflater.next_out = reinterpret_cast<Bytef*>(out.data() + before);
            inflater.avail_out = static_cast<uInt>(step);
            const int result = ::inflate(&inflater, Z_SYNC_FLUSH);
            out.resize(before + step - inflater.avail_out);
            if (out.size() > limit) return Outcome::too_big;
            if (result == Z_STREAM_END) {
                // A final block is allowed in a message; what follows it starts anew.
                if (inflateReset(&inflater) != Z_OK) return Outcome::malformed;
                if (inflater.avail_in == 0) return Outcome::ok;
                continue;
            }
            if (result == Z_BUF_ERROR && inflater.avail_in == 0) return Outcome::ok;
            if (result != Z_OK) return Outcome::malformed;
            if (inflater.avail_out != 0 && inflater.avail_in == 0) return Outcome::ok;
        }
    }
};

Compression::Compression() : states_(std::make_unique<States>()) {}
Compression::~Compression() = default;

Compression::Outcome Compression::inflate(std::string_view message, std::size_t limit,
                                          std::string_view& inflated) {
    States& states = *states_;
    if (!states.has_inflater) {
        if (inflateInit2(&states.inflater, -largest_window) != Z_OK) return Outcome::malformed;
        states.has_inflater = true;
    } else if (inflateReset(&states.inflater) != Z_OK) {
        return Outcome::malformed;
    }
    if (message.size() > std::numeric_limits<uInt>::max()) return Outcome::too_big;
    if (states.out.capacity() > kept_capacity) std::string().swap(states.out);
    states.out.clear();
    Outcome outcome = states.run(input(message), message.size(), limit);
    if (outcome == Outcome::ok)
        outcome = states.run(input(message_end.data()), message_end.size(), limit);
    inflated = states.out;
    return outcome;
}

std::string_view Compression::keep(std::string&& message) {
    states_->out = std::move(message);
    return states_->out;
}

std::string Compression::deflate(std::string_view message, int window_bits) {
    const auto bits =
        static_cast<std::size_t>(std::clamp(window_bits, smallest_window, largest_window));
    z_stream& stream = states_->deflaters[bits];
    if (!states_->has_deflater[bits]) {
        if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -static_cast<int>(bits),
                         memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
            return {};
        }
        states_->has_deflater[bits] = true;
    } else if (deflateReset(&stream) != Z_OK) {
        return {};
    }
    std::string out;
    // deflateBound does not count the empty block of a flush.
    out.resize(::deflateBound(&stream, static_cast<uLong>(message.size())) + 16);
    stream.next_in = input(message);
    stream.avail_in = static_cast<uInt>(message.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (::deflate(&stream, Z_SYNC_FLUSH) != Z_OK || stream.avail_in != 0) return {};
    const std::size_t size = out.size() - stream.avail_out;
    if (size < message_end.size()) return {};
    out.resize(size - message_end.size());
    return out;
}

}  // namespace net
