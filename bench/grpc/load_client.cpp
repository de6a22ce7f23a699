#include "grpc/load_client.hpp"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <future>

#include "whispr/v1/conversations.pb.h"
#include "whispr/v1/messages.pb.h"
#include "whispr/v1/sync.pb.h"

namespace bench_grpc {

namespace {

namespace v1 = whispr::v1;
using grpc::ByteBuffer;

ByteBuffer bytes_of(const google::protobuf::MessageLite& message) {
    const grpc::Slice slice(message.SerializeAsString());
    return {&slice, 1};
}

int frames_of(const ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    std::string bytes;
    (void)buffer.Dump(&slices);
    for (const auto& slice : slices)
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    v1::ConnectResponse response;
    response.ParseFromString(bytes);
    int events = 0;
    for (const auto& frame : response.frames())
        events += frame.has_event() ? 1 : 0;
    return events;
}

}  // namespace

struct LoadClient::Parts {
    Parts(int port, std::string given)
        : token(std::move(given)),
          stub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                   grpc::InsecureChannelCredentials())) {}
    std::string token;
    grpc::GenericStub stub;

    void present(grpc::ClientContext& context) const {
        context.AddMetadata("authorization", "Bearer " + token);
    }
};

LoadClient::LoadClient(int port, std::string token)
    : parts_(std::make_unique<Parts>(port, std::move(token))) {}
LoadClient::~LoadClient() = default;

bool LoadClient::echo(int calls, int at_once) {
    struct Caller {
        Parts& parts;
        std::atomic<int>& left;
        std::atomic<bool>& sound;
        const ByteBuffer& request;
        std::promise<void> over{};
        std::unique_ptr<grpc::ClientContext> context{};
        ByteBuffer response{};

        void next() {
            if (left.fetch_sub(1) <= 0) return over.set_value();
            context = std::make_unique<grpc::ClientContext>();
            parts.present(*context);
            parts.stub.UnaryCall(context.get(), "/bench.Bench/Echo", {}, &request, &response,
                                 [this](const grpc::Status& status) {
                                     if (!status.ok()) sound = false;
                                     next();
                                 });
        }
    };
    v1::SendMessageRequest request;
    request.set_conversation_id("01890000-0000-7000-8000-00000000000b");
    request.set_content(std::string(200, 'x'));
    const ByteBuffer bytes = bytes_of(request);
    std::atomic<int> left = calls;
    std::atomic<bool> sound = true;
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < at_once; ++i)
        callers.push_back(std::make_unique<Caller>(Caller{*parts_, left, sound, bytes}));
    for (auto& caller : callers)
        caller->next();
    for (auto& caller : callers)
        caller->over.get_future().wait();
    return sound;
}

bool LoadClient::feed(int events, bool connect) {
    v1::ListConversationsRequest wanted;
    wanted.set_limit(events);
    grpc::CompletionQueue queue;
    grpc::ClientContext context;
    parts_->present(context);
    auto stream = parts_->stub.PrepareCall(
        &context, connect ? "/whispr.v1.SyncService/Connect" : "/bench.Bench/Feed", &queue);
    void* tag = nullptr;
    bool ok = false;
    const auto wait = [&] { return queue.Next(&tag, &ok) && ok; };
    stream->StartCall(nullptr);
    if (!wait()) return false;
    v1::ConnectRequest hello;
    hello.set_id(1);
    hello.mutable_hello();
    stream->Write(connect ? bytes_of(hello) : bytes_of(wanted), nullptr);
    if (!wait()) return false;
    int seen = 0;
    bool asked = !connect;
    std::promise<bool> fed;
    grpc::ClientContext feeding;
    parts_->present(feeding);
    const ByteBuffer request = bytes_of(wanted);
    ByteBuffer nothing;
    while (seen < events) {
        ByteBuffer read;
        stream->Read(&read, nullptr);
        if (!wait()) return false;
        seen += frames_of(read);
        if (std::exchange(asked, true)) continue;
        parts_->stub.UnaryCall(&feeding, "/bench.Bench/Feed", {}, &request, &nothing,
                               [&fed](const grpc::Status& status) { fed.set_value(status.ok()); });
    }
    const bool sound = !connect || fed.get_future().get();
    context.TryCancel();
    grpc::Status status;
    stream->Finish(&status, nullptr);
    queue.Next(&tag, &ok);
    queue.Shutdown();
    while (queue.Next(&tag, &ok)) {
    }
    return sound;
}

}  // namespace bench_grpc
