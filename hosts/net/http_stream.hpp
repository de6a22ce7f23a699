// Bodies too large to hold: a request's, taken in pieces, and an answer's, sent in pieces. Both
// wait for whoever is slower.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "net/buffer.hpp"
#include "net/http_responder.hpp"

namespace net {

// Takes the body of one request. Called on the connection's I/O thread; must not block. Destroyed
// before on_end: the rest will not come (the client is gone, too slow or malformed, the server
// stops, or the request was answered).
class BodySink {
 public:
    BodySink() = default;
    BodySink(const BodySink&) = delete;
    BodySink& operator=(const BodySink&) = delete;
    virtual ~BodySink() = default;

    // The next bytes, at most 16 KiB, gone after the call. False: no more until
    // BodyControl::resume().
    virtual bool on_body(std::string_view bytes) = 0;
    // That was all; the last call, and the end of the sink: who answers later takes the responder
    // along.
    virtual void on_end() = 0;
};

// Lets the body of one request come. Reading begins with the first resume(), which is also when a
// client that asked is told to continue; until then nothing is read but what came with the head.
// Copies are the same control. Any thread; without effect once the body has ended.
class BodyControl {
 public:
    BodyControl() = default;
    BodyControl(std::shared_ptr<EventLoop> loop, ConnectionId connection, std::uint32_t serial);

    void resume() const;

 private:
    std::shared_ptr<EventLoop> loop_;
    ConnectionId connection_;
    std::uint32_t serial_ = 0;
};

// The obligation to give the next piece of an answer's body. Movable; any thread. Destroyed
// unanswered it fails, and the connection ends without the rest.
class BodyFeed {
 public:
    BodyFeed() = default;
    BodyFeed(std::shared_ptr<EventLoop> loop, ConnectionId connection, std::uint32_t serial);
    BodyFeed(BodyFeed&&) noexcept = default;
    BodyFeed& operator=(BodyFeed&& other) noexcept;
    ~BodyFeed();

    // Requires: not given yet; `piece` is not empty.
    void give(BufferRef piece);

 private:
    void send(BufferRef piece);

    std::shared_ptr<EventLoop> loop_;
    ConnectionId connection_;
    std::uint32_t serial_ = 0;
};

// Makes bytes of an answer while they are sent. Destroyed early: the client is gone.
class BodySource {
 public:
    BodySource() = default;
    BodySource(const BodySource&) = delete;
    BodySource& operator=(const BodySource&) = delete;
    virtual ~BodySource() = default;

    // How many bytes its pieces have together.
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    // Asks for the next piece, which may be given now or later. On the I/O thread, once what was
    // given before has left; one piece at a time.
    virtual void produce(BodyFeed feed) = 0;
};

// An open file, closed when nobody needs it.
class SharedFile {
 public:
    explicit SharedFile(int descriptor) : descriptor_(descriptor) {}
    SharedFile(const SharedFile&) = delete;
    SharedFile& operator=(const SharedFile&) = delete;
    ~SharedFile();

    [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
    int descriptor_;
};

// Bytes of a file that nobody writes to. Sent from the kernel's cache where there is no TLS.
struct FileRange {
    std::shared_ptr<const SharedFile> file;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

using BodyPart = std::variant<BufferRef, FileRange, std::shared_ptr<BodySource>>;

// The body of an answer, one part after the other.
struct StreamedBody {
    std::vector<BodyPart> parts;

    [[nodiscard]] std::uint64_t size() const;
};

}  // namespace net
