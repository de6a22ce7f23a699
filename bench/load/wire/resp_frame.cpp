#include "wire/resp_frame.hpp"

#include <charconv>

namespace load {
namespace {

constexpr int max_depth = 4;
constexpr long max_bulk = 32L << 20L;

// One reply at `at`; returns where it ends, 0 if more bytes are needed.
std::size_t walk(std::string_view in, std::size_t at, int depth, bool& invalid) {
    const std::size_t line = in.find("\r\n", at);
    if (line == std::string_view::npos) return 0;
    const char kind = in[at];
    if (kind == '+' || kind == '-' || kind == ':') return line + 2;
    long count = 0;
    const auto [end, error] = std::from_chars(in.data() + at + 1, in.data() + line, count);
    if (error != std::errc{} || end != in.data() + line || count > max_bulk || depth > max_depth ||
        (kind != '$' && kind != '*')) {
        invalid = true;
        return 0;
    }
    std::size_t next = line + 2;
    if (kind == '$') {
        if (count >= 0) next += static_cast<std::size_t>(count) + 2;
        return in.size() < next ? 0 : next;
    }
    for (long i = 0; i < count; ++i) {
        if (next >= in.size()) return 0;
        next = walk(in, next, depth + 1, invalid);
        if (next == 0) return 0;
    }
    return next;
}

void append_bulk(std::string& out, std::string_view text) {
    out.append("$").append(std::to_string(text.size())).append("\r\n");
    out.append(text).append("\r\n");
}

}  // namespace

std::size_t resp_reply_length(std::string_view in, bool& invalid) {
    return in.empty() ? 0 : walk(in, 0, 0, invalid);
}

bool is_resp_message(std::string_view reply) {
    return reply.substr(0, 15) == "*3\r\n$7\r\nmessage";
}

std::string resp_command(std::string_view name, std::string_view first, std::string_view second) {
    std::string out = second.empty() ? "*2\r\n" : "*3\r\n";
    append_bulk(out, name);
    append_bulk(out, first);
    if (!second.empty()) append_bulk(out, second);
    return out;
}

}  // namespace load
