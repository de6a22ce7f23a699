#include "net/http_stream.hpp"

#include <unistd.h>

#include <utility>

#include "net/http_session.hpp"

namespace net {

namespace {

struct SizeOf {
    std::uint64_t operator()(const BufferRef& bytes) const { return bytes.size(); }
    std::uint64_t operator()(const FileRange& range) const { return range.size; }
    std::uint64_t operator()(const std::shared_ptr<BodySource>& source) const {
        return source->size();
    }
};

}  // namespace

BodyControl::BodyControl(std::shared_ptr<EventLoop> loop, ConnectionId connection,
                         std::uint32_t serial)
    : loop_(std::move(loop)), connection_(connection), serial_(serial) {}

void BodyControl::resume() const {
    if (loop_ == nullptr) return;
    with_http_session(loop_, connection_,
                      [serial = serial_](HttpSession& session) { session.resume_body(serial); });
}

BodyFeed::BodyFeed(std::shared_ptr<EventLoop> loop, ConnectionId connection, std::uint32_t serial)
    : loop_(std::move(loop)), connection_(connection), serial_(serial) {}

BodyFeed& BodyFeed::operator=(BodyFeed&& other) noexcept {
    std::swap(loop_, other.loop_);
    std::swap(connection_, other.connection_);
    std::swap(serial_, other.serial_);
    return *this;
}

BodyFeed::~BodyFeed() {
    send(BufferRef());
}

void BodyFeed::give(BufferRef piece) {
    send(std::move(piece));
}

void BodyFeed::send(BufferRef piece) {
    const std::shared_ptr<EventLoop> loop = std::exchange(loop_, nullptr);
    if (loop == nullptr) return;
    with_http_session(loop, connection_,
                      [serial = serial_, piece = std::move(piece)](HttpSession& session) {
                          session.send_piece(serial, piece);
                      });
}

SharedFile::~SharedFile() {
    ::close(descriptor_);
}

std::uint64_t StreamedBody::size() const {
    std::uint64_t sum = 0;
    for (const BodyPart& part : parts)
        sum += std::visit(SizeOf{}, part);
    return sum;
}

}  // namespace net
