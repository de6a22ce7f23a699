#include "grpc/table_service.hpp"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <array>

#include "edge/authenticator_dev_mode.hpp"
#include "grpc/connect_reactor.hpp"
#include "meters.hpp"

namespace whisprd::rpc {

namespace {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;

std::string_view view_of(grpc::string_ref text) {
    return {text.data(), text.size()};
}

class UnaryReactor final : public grpc::ServerUnaryReactor {
 public:
    void OnDone() override { delete this; }
};

// One unary call. It finishes the reactor exactly once, which then ends by itself.
class UnaryCall final : public Call {
 public:
    struct Place {
        CallbackServerContext& context;
        ByteBuffer& response;
        UnaryReactor& reactor;
        const std::string& name;
    };

    UnaryCall(Service& service, Worker& worker, Asker asker, Place place)
        : Call(service, worker, std::move(asker.caller)),
          place_(place),
          by_token_(asker.by_token) {}
    ~UnaryCall() override {
        if (!finished_) refuse(failure_of(whispr::Error{}));
    }

    [[nodiscard]] std::string authorization() const override {
        const Metadata metadata(place_.context, false);
        const auto values = metadata.presented().authorization;
        return by_token_ && !values.empty() ? std::string(values[0]) : std::string();
    }

    void answer(const google::protobuf::MessageLite& response) override {
        grpc::Slice slice(response.ByteSizeLong());
        response.SerializeWithCachedSizesToArray(const_cast<std::uint8_t*>(slice.begin()));
        place_.response = ByteBuffer(&slice, 1);
        finish(nullptr);
    }
    void refuse(const Failure& failure) override { finish(&failure); }
    using Call::refuse;

 private:
    void finish(const Failure* failure) {
        finished_ = true;
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - arrived_;
        Meters& meters = service().meters;
        meters.grpc_seconds.observe(took.count());
        const bool ours = failure != nullptr && is_ours(*failure);
        (failure == nullptr ? meters.grpc_answered
         : ours             ? meters.grpc_failed
                            : meters.grpc_refused)
            .add();
        const auto level = ours ? edge::LogLevel::warn : edge::LogLevel::debug;
        if (service().log.enabled(level)) {
            service().log.write(level, "call",
                                {{"method", place_.name},
                                 {"code", failure != nullptr ? failure->code : 0},
                                 {"reason", failure != nullptr ? failure->reason : std::string()},
                                 {"ms", took.count() * 1000},
                                 {"user", caller().user.to_string()}});
        }
        place_.reactor.Finish(failure != nullptr ? status_of(*failure) : grpc::Status());
    }

    Place place_;
    bool by_token_;
    bool finished_ = false;
    std::chrono::steady_clock::time_point arrived_ = std::chrono::steady_clock::now();
};

}  // namespace

grpc::Status status_of(const Failure& failure) {
    return {static_cast<grpc::StatusCode>(failure.code), failure.text,
            whispr::codec::encode(failure).SerializeAsString()};
}

Metadata::Metadata(const CallbackServerContext& context, bool all) {
    for (const auto& [name, value] : context.client_metadata()) {
        const std::string_view key = view_of(name);
        if (key == "authorization") authorization_.add(view_of(value));
        if (key == "x-user-id") user_id_.add(view_of(value));
        if (key == "x-internal-token") internal_token_.add(view_of(value));
        if (all && edge::says_forwarded(key)) forwarded_ = true;
    }
    if (user_id_.count > 0) peer_ = context.peer();
}

Presented Metadata::presented() const {
    return {authorization_.all(), user_id_.all(), internal_token_.all(), peer_, forwarded_};
}

TableService::TableService(whisprd::Service& service, Streams& streams, const ServiceTable& table)
    : service_(service), streams_(streams), audience_(table.audience) {
    const std::string prefix = "/" + std::string(table.name) + "/";
    for (const Method& method : table.methods) {
        names_.push_back(prefix + std::string(method.name));
        add_unary(method);
    }
    if (table.name != "whispr.v1.SyncService") return;
    names_.push_back(prefix + "Connect");
    add_connect();
}

void TableService::add_unary(const Method& method) {
    const std::string& name = names_.back();
    AddMethod(new grpc::internal::RpcServiceMethod(name.c_str(),
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    const int index = static_cast<int>(names_.size()) - 1;
    const auto begin = [this, &name, run = method.run](
                           CallbackServerContext* context, const ByteBuffer* request,
                           ByteBuffer* response) -> grpc::ServerUnaryReactor* {
        auto* const reactor = new UnaryReactor;
        const Metadata metadata(*context, service_.dev_keys != nullptr);
        const UnaryCall::Place place{*context, *response, *reactor, name};
        std::variant<Asker, Failure> asker = Asker{};
        if (audience_ == Audience::siblings) {
            if (auto refused = refuse_sibling(service_, metadata.presented()))
                asker = *std::move(refused);
        } else {
            asker = admit_user(service_, metadata.presented(), true);
        }
        if (const auto* refused = std::get_if<Failure>(&asker)) {
            UnaryCall(service_, streams_.workers().at(0), {}, place).refuse(*refused);
            return reactor;
        }
        auto& known = std::get<Asker>(asker);
        Worker& worker = streams_.workers().of(known.caller.user);
        // The reader does not change it.
        grpc::ProtoBufferReader reader(const_cast<ByteBuffer*>(request));
        run(std::make_unique<UnaryCall>(service_, worker, std::move(known), place), reader);
        return reactor;
    };
    MarkMethodRawCallback(index,
                          new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(begin));
}

void TableService::add_connect() {
    const std::string& name = names_.back();
    AddMethod(new grpc::internal::RpcServiceMethod(
        name.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodRawCallback(static_cast<int>(names_.size()) - 1,
                          new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(
                              [this](CallbackServerContext* context) {
                                  return connect(service_, streams_, *context);
                              }));
}

}  // namespace whisprd::rpc
