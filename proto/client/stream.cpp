#include "proto/client/stream.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>

#include "google/rpc/status.pb.h"

namespace whispr::client {

namespace {

constexpr std::size_t most_waiting = 1'000;

using Reactor = grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Shared with the reactor, which may outlive the stream's owner for a moment.
class GrpcStream final : public Stream, public Reactor {
 public:
    GrpcStream(grpc::GenericStub& stub, const std::string& authorization, Handlers handlers)
        : handlers_(std::move(handlers)) {
        if (!authorization.empty()) context_.AddMetadata("authorization", authorization);
        stub.PrepareBidiStreamingCall(&context_, "/whispr.v1.SyncService/Connect",
                                      grpc::StubOptions(), this);
        // Writes begin outside of reactions; the stream must not end between.
        AddHold();
        StartRead(&incoming_);
        StartCall();
    }
    ~GrpcStream() override {
        cancel();
        std::unique_lock lock(mutex_);
        over_.wait(lock, [this] { return done_; });
    }

    bool send(const v1::ConnectRequest& command) override {
        const std::lock_guard lock(mutex_);
        if (closed_ || queue_.size() >= most_waiting) return false;
        const grpc::Slice slice(command.SerializeAsString());
        queue_.emplace_back(&slice, 1);
        pump();
        return true;
    }
    void close_commands() override {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        closed_ = true;
        pump();
    }
    void cancel() override { context_.TryCancel(); }

    void OnReadDone(bool ok) override {
        if (!ok) {
            release();
            return;
        }
        v1::ConnectResponse response;
        if (response.ParseFromString(bytes_of(incoming_)) && handlers_.frame) {
            for (const auto& frame : response.frames())
                handlers_.frame(frame);
        }
        incoming_.Clear();
        StartRead(&incoming_);
    }
    void OnWriteDone(bool ok) override {
        const std::lock_guard lock(mutex_);
        writing_ = false;
        if (!ok) closed_ = ended_ = true;
        pump();
    }
    void OnDone(const grpc::Status& status) override {
        const Failure failure = failure_of(status);
        if (handlers_.ended) handlers_.ended(status.ok() ? nullptr : &failure);
        // The owner may destroy the stream as soon as the mutex is free.
        const std::lock_guard lock(mutex_);
        done_ = true;
        over_.notify_all();
    }

 private:
    // Nothing is begun any more.
    void release() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = ended_ = true;
            queue_.clear();
            if (std::exchange(released_, true)) return;
        }
        RemoveHold();
    }
    // With the mutex held.
    void pump() {
        if (writing_ || ended_) return;
        if (!queue_.empty()) {
            outgoing_ = std::move(queue_.front());
            queue_.pop_front();
            writing_ = true;
            StartWrite(&outgoing_);
        } else if (closed_ && !std::exchange(said_done_, true)) {
            StartWritesDone();
        }
    }

    grpc::ClientContext context_;
    const Handlers handlers_;
    grpc::ByteBuffer incoming_;
    grpc::ByteBuffer outgoing_;
    std::mutex mutex_;
    std::condition_variable over_;
    std::deque<grpc::ByteBuffer> queue_;
    bool writing_ = false;
    bool closed_ = false;  // no more commands
    bool ended_ = false;   // no more writes
    bool said_done_ = false;
    bool released_ = false;
    bool done_ = false;
};

}  // namespace

std::unique_ptr<Stream> begin_stream(grpc::GenericStub& stub, const std::string& authorization,
                                     Stream::Handlers handlers) {
    return std::make_unique<GrpcStream>(stub, authorization, std::move(handlers));
}

Failure failure_of(const grpc::Status& status) {
    google::rpc::Status details;
    if (!status.error_details().empty() && details.ParseFromString(status.error_details()))
        return codec::decode(details);
    return {static_cast<int>(status.error_code()), {}, status.error_message(), {}, {}};
}

std::string bytes_of(const grpc::ByteBuffer& buffer) {
    std::string bytes;
    std::vector<grpc::Slice> slices;
    if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
    bytes.reserve(buffer.Length());
    for (const auto& slice : slices)
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    return bytes;
}

}  // namespace whispr::client
