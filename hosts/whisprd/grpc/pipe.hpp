// The connection of a stream, as the stream sees it: one read and one write at a time. Its
// implementation is gRPC's; a test's is its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "grpc/failure.hpp"

namespace whisprd::rpc {

// One encoded ConnectResponse, shared by all streams that are sent it. Several in a row are one
// ConnectResponse, too: its frames are a repeated field, so bytes are joined without being copied.
using Chunk = std::shared_ptr<const std::string>;

// None of these calls back before it returns. What follows comes on other threads.
class Pipe {
 public:
    // Begins to read the next command.
    virtual void read() = 0;
    // Begins to write one message, of all these bytes.
    virtual void write(std::vector<Chunk> chunks) = 0;
    // Ends the stream; null: in good order. Nothing is begun afterwards.
    virtual void finish(const Failure* failure) = 0;
    // Ends it for a client that does not even take the end.
    virtual void cancel() = 0;

 protected:
    ~Pipe() = default;
};

}  // namespace whisprd::rpc
