// The body of one answer on its way out, part after part, as fast as the client reads.
#pragma once

#include <cstdint>
#include <memory>

#include "net/http_stream.hpp"

namespace net {

class Connection;

// On the connection's I/O thread.
class BodyOutflow {
 public:
    BodyOutflow(Connection& connection, std::shared_ptr<StreamedBody> body, std::uint32_t serial)
        : connection_(connection), body_(std::move(body)), serial_(serial) {}

    // Sends what can be sent now. True when all of it was. To be called when a turn ends; the next
    // turn comes by itself. May drop the connection, when a part is shorter than it said.
    bool pump();
    // The piece that the current part was asked for; an empty one ends the connection.
    void take(std::uint32_t serial, const BufferRef& piece);

 private:
    // Each returns false when nothing more can be done in this turn.
    bool send_file(const FileRange& range);
    bool send_copied(const FileRange& range, std::size_t size);
    bool ask(BodySource& source);
    void next_part();
    void advance(std::uint64_t sent, std::uint64_t size);

    Connection& connection_;
    std::shared_ptr<StreamedBody> body_;
    std::uint32_t serial_;
    std::size_t index_ = 0;
    std::uint64_t sent_ = 0;  // of the current part
    std::size_t burst_ = 0;   // since the other connections had their turn
    bool asked_ = false;
};

}  // namespace net
