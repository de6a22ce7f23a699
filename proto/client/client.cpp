#include "proto/client/client.hpp"

#include <google/protobuf/descriptor.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "proto/client/stream.hpp"

namespace whispr::client {

namespace {

std::shared_ptr<grpc::ChannelCredentials> credentials_of(const Options& options) {
    const bool encrypted = options.tls || !options.roots.empty() || !options.certificate.empty();
    if (!encrypted) return grpc::InsecureChannelCredentials();
    grpc::SslCredentialsOptions ssl;
    ssl.pem_root_certs = options.roots;
    ssl.pem_cert_chain = options.certificate;
    ssl.pem_private_key = options.key;
    return grpc::SslCredentials(ssl);
}

// What a call needs until it is answered.
struct Pending {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer response;
    std::function<void(Client::Answer<std::string>)> done;
};

class GrpcClient final : public Client {
 public:
    GrpcClient(Options options, const std::shared_ptr<grpc::Channel>& channel)
        : options_(std::move(options)), token_(options_.token), stub_(channel) {}

    void set_token(std::string token) override {
        const std::lock_guard lock(mutex_);
        token_ = std::move(token);
    }

    [[nodiscard]] std::unique_ptr<Stream> connect(Stream::Handlers handlers) override {
        return begin_stream(stub_, authorization(), std::move(handlers));
    }

 protected:
    void call_bytes(const std::string& method, std::string request,
                    std::chrono::milliseconds deadline,
                    std::function<void(Answer<std::string>)> done) override {
        auto* const pending = new Pending;
        pending->done = std::move(done);
        const grpc::Slice slice(request);
        pending->request = grpc::ByteBuffer(&slice, 1);
        const auto time = deadline.count() > 0 ? deadline : options_.deadline;
        pending->context.set_deadline(std::chrono::system_clock::now() + time);
        if (const auto said = authorization(); !said.empty())
            pending->context.AddMetadata("authorization", said);
        stub_.UnaryCall(&pending->context, method, grpc::StubOptions(), &pending->request,
                        &pending->response, [pending](const grpc::Status& status) {
                            const std::unique_ptr<Pending> owned(pending);
                            if (!status.ok()) return owned->done(failure_of(status));
                            owned->done(bytes_of(owned->response));
                        });
    }

 private:
    std::string authorization() {
        const std::lock_guard lock(mutex_);
        return token_.empty() ? std::string() : "Bearer " + token_;
    }

    const Options options_;
    std::mutex mutex_;
    std::string token_;
    grpc::GenericStub stub_;
};

}  // namespace

std::unique_ptr<Client> Client::open(Options options) {
    const auto credentials = credentials_of(options);
    if (!credentials) return nullptr;
    const auto channel = grpc::CreateChannel(options.address, credentials);
    return std::make_unique<GrpcClient>(std::move(options), channel);
}

std::string Client::method_of(const google::protobuf::Descriptor& request,
                              const google::protobuf::Descriptor& response) {
    const auto* const file = request.file();
    for (int i = 0; i < file->service_count(); ++i) {
        const auto* const service = file->service(i);
        for (int k = 0; k < service->method_count(); ++k) {
            const auto* const method = service->method(k);
            if (method->input_type() == &request && method->output_type() == &response)
                return "/" + service->full_name() + "/" + method->name();
        }
    }
    std::fprintf(stderr, "whispr::client: no method takes %s and gives %s\n",
                 request.full_name().c_str(), response.full_name().c_str());
    std::abort();
}

}  // namespace whispr::client
