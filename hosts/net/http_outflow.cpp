#include "net/http_outflow.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "net/connection.hpp"
#include "net/event_loop.hpp"

namespace net {

namespace {
// Of one file at once, before other connections have their turn.
constexpr std::size_t burst_size = 1024 * 1024;
// Where bytes have to pass through us, for TLS.
constexpr std::size_t copied_size = 64 * 1024;
}  // namespace

bool BodyOutflow::pump() {
    while (index_ < body_->parts.size()) {
        if (connection_.is_dead() || connection_.queued_bytes() != 0) return false;
        if (connection_.is_write_blocked()) return false;
        BodyPart& part = body_->parts[index_];
        if (const auto* bytes = std::get_if<BufferRef>(&part)) {
            connection_.send(*bytes);
            next_part();
        } else if (const auto* range = std::get_if<FileRange>(&part)) {
            if (range->size == 0) {
                next_part();
            } else if (!send_file(*range)) {
                return false;
            }
        } else if (!ask(*std::get<std::shared_ptr<BodySource>>(part))) {
            return false;
        }
    }
    return !connection_.is_dead();
}

void BodyOutflow::next_part() {
    // What the part held is not needed any more: a file is closed, a source ended.
    body_->parts[index_] = BufferRef();
    ++index_;
    sent_ = 0;
}

void BodyOutflow::advance(std::uint64_t sent, std::uint64_t size) {
    sent_ += sent;
    if (sent_ == size) next_part();
}

bool BodyOutflow::send_file(const FileRange& range) {
    if (burst_ >= burst_size) {
        burst_ = 0;
        connection_.loop().turn_later(connection_.id());
        return false;
    }
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(range.size - sent_, burst_size - burst_));
    if (connection_.is_tls()) return send_copied(range, std::min(size, copied_size));
    const std::size_t sent =
        connection_.send_file(range.file->descriptor(), range.offset + sent_, size);
    burst_ += sent;
    if (sent == 0) {
        burst_ = 0;
        return false;
    }
    advance(sent, range.size);
    return true;
}

bool BodyOutflow::send_copied(const FileRange& range, std::size_t size) {
    std::string bytes(size, '\0');
    ssize_t got = -1;
    do {
        got = ::pread(range.file->descriptor(), bytes.data(), size,
                      static_cast<off_t>(range.offset + sent_));
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        connection_.drop();
        return false;
    }
    bytes.resize(static_cast<std::size_t>(got));
    burst_ += bytes.size();
    connection_.send(Buffer::adopt(std::move(bytes)));
    advance(static_cast<std::uint64_t>(got), range.size);
    return true;
}

bool BodyOutflow::ask(BodySource& source) {
    if (source.size() == sent_) {
        next_part();
        return true;
    }
    if (asked_) return false;
    asked_ = true;
    source.produce(BodyFeed(connection_.loop().shared_from_this(), connection_.id(), serial_));
    // It may have given a piece on the spot.
    return !asked_;
}

void BodyOutflow::take(std::uint32_t serial, const BufferRef& piece) {
    if (serial != serial_ || !asked_) return;
    asked_ = false;
    const auto& source = *std::get<std::shared_ptr<BodySource>>(body_->parts[index_]);
    if (piece.size() == 0 || piece.size() > source.size() - sent_) return connection_.drop();
    sent_ += piece.size();
    connection_.send(piece);
}

}  // namespace net
