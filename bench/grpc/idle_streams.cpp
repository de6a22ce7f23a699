#include "grpc/idle_streams.hpp"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <utility>
#include <vector>

#include "whispr/v1/sync.pb.h"

namespace bench_grpc {

namespace {

constexpr int streams_per_connection = 500;

struct OneStream {
    grpc::ClientContext context;
    std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream;
};

}  // namespace

struct IdleStreams::Parts {
    Parts(int at, std::string given) : port(at), token(std::move(given)) {}

    int port;
    std::string token;
    grpc::CompletionQueue queue;
    std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
    std::vector<std::unique_ptr<OneStream>> streams;

    bool wait() {
        void* tag = nullptr;
        bool ok = false;
        return queue.Next(&tag, &ok) && ok;
    }
    bool open_one() {
        if (streams.size() % streams_per_connection == 0) {
            grpc::ChannelArguments own;
            own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
            stubs.push_back(std::make_unique<grpc::GenericStub>(grpc::CreateCustomChannel(
                "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials(), own)));
        }
        auto made = std::make_unique<OneStream>();
        made->context.AddMetadata("authorization", "Bearer " + token);
        made->stream =
            stubs.back()->PrepareCall(&made->context, "/whispr.v1.SyncService/Connect", &queue);
        made->stream->StartCall(nullptr);
        if (!wait()) return false;
        whispr::v1::ConnectRequest hello;
        hello.set_id(1);
        hello.mutable_hello();
        const grpc::Slice slice(hello.SerializeAsString());
        made->stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
        if (!wait()) return false;
        grpc::ByteBuffer read;
        made->stream->Read(&read, nullptr);
        if (!wait()) return false;
        streams.push_back(std::move(made));
        return true;
    }
};

IdleStreams::IdleStreams(int port, std::string token)
    : parts_(std::make_unique<Parts>(port, std::move(token))) {}

IdleStreams::~IdleStreams() {
    for (auto& one : parts_->streams)
        one->context.TryCancel();
    std::vector<grpc::Status> statuses(parts_->streams.size());
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        parts_->streams[i]->stream->Finish(&statuses[i], nullptr);
        (void)parts_->wait();
    }
    parts_->queue.Shutdown();
    while (parts_->wait()) {
    }
}

bool IdleStreams::open(int count) {
    while (static_cast<int>(parts_->streams.size()) < count) {
        if (!parts_->open_one()) return false;
    }
    return true;
}

}  // namespace bench_grpc
