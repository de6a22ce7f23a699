#include "grpc/connect_reactor.hpp"

#include <grpcpp/support/proto_buffer_reader.h>

#include "grpc/table_service.hpp"
#include "meters.hpp"
#include "user_sockets.hpp"

namespace whisprd::rpc {

namespace {

using grpc::ByteBuffer;
using Reactor = grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>;

// Less than this is copied into one piece; more is shared.
constexpr std::size_t copied_bytes = 4096;

grpc::Slice shared_slice(Chunk chunk) {
    void* const bytes = const_cast<char*>(chunk->data());
    const std::size_t size = chunk->size();
    return {bytes, size, [](void* kept) { delete static_cast<Chunk*>(kept); },
            new Chunk(std::move(chunk))};
}

ByteBuffer joined(std::vector<Chunk> chunks) {
    std::size_t size = 0;
    for (const auto& chunk : chunks)
        size += chunk->size();
    if (size <= copied_bytes) {
        grpc::Slice slice(size);
        auto* out = const_cast<std::uint8_t*>(slice.begin());
        for (const auto& chunk : chunks)
            out = std::copy(chunk->begin(), chunk->end(), out);
        return {&slice, 1};
    }
    std::vector<grpc::Slice> slices;
    slices.reserve(chunks.size());
    for (auto& chunk : chunks)
        slices.push_back(shared_slice(std::move(chunk)));
    return {slices.data(), slices.size()};
}

class RefusingReactor final : public Reactor {
 public:
    explicit RefusingReactor(const Failure& failure) { Finish(status_of(failure)); }
    void OnDone() override { delete this; }
};

// gRPC calls back on threads of its own, never before StartRead, StartWrite or Finish return.
class ConnectReactor final : public Reactor, public Pipe {
 public:
    explicit ConnectReactor(grpc::CallbackServerContext& context) : context_(context) {}
    void begin(std::shared_ptr<Stream> stream) {
        stream_ = std::move(stream);
        stream_->start();
    }

    void read() override { StartRead(&command_); }
    void write(std::vector<Chunk> chunks) override {
        message_ = joined(std::move(chunks));
        StartWrite(&message_);
    }
    void finish(const Failure* failure) override {
        Finish(failure != nullptr ? status_of(*failure) : grpc::Status());
    }
    void cancel() override { context_.TryCancel(); }

    void OnReadDone(bool ok) override {
        if (!ok) return stream_->on_half_closed();
        whispr::v1::ConnectRequest command;
        bool sound = false;
        {
            grpc::ProtoBufferReader reader(&command_);
            sound = command.ParseFromZeroCopyStream(&reader);
        }
        command_.Clear();
        if (!sound) return stream_->on_unreadable();
        stream_->on_command(command);
    }
    void OnWriteDone(bool ok) override {
        message_.Clear();
        stream_->on_written(ok);
    }
    void OnCancel() override { stream_->on_cancelled(); }
    void OnDone() override {
        stream_->on_done();
        delete this;
    }

 private:
    grpc::CallbackServerContext& context_;
    std::shared_ptr<Stream> stream_;
    ByteBuffer command_;
    ByteBuffer message_;
};

}  // namespace

Reactor* connect(Service& service, Streams& streams, grpc::CallbackServerContext& context) {
    const Metadata metadata(context, service.dev_keys != nullptr);
    const Presented presented = metadata.presented();
    auto admitted = admit_user(service, presented, false);
    if (const auto* refused = std::get_if<Failure>(&admitted)) {
        service.meters.grpc_refused.add();
        return new RefusingReactor(*refused);
    }
    auto& asker = std::get<Asker>(admitted);
    std::string authorization;
    if (asker.by_token && !presented.authorization.empty()) {
        authorization = std::string(presented.authorization[0]);
        auto known = admit_token(service, authorization);
        if (const auto* found = std::get_if<Asker>(&known)) asker.key = found->key;
    }
    const auto most = static_cast<std::int64_t>(service.config.max_connections);
    const bool full = most > 0 && service.sockets.count() >= most;
    if (full || !service.sockets.open(asker.caller.user)) {
        return new RefusingReactor(failure(edge::GrpcCode::resource_exhausted, "TOO_MANY_STREAMS",
                                           "too many connections of one user, or in all"));
    }
    auto* const reactor = new ConnectReactor(context);
    reactor->begin(std::make_shared<Stream>(service, streams, std::move(asker),
                                            std::move(authorization), *reactor));
    return reactor;
}

}  // namespace whisprd::rpc
