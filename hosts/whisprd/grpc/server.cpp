#include "grpc/server.hpp"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <grpc/support/log.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "grpc/table_service.hpp"

namespace whisprd::rpc {

namespace {

// Streams of one connection: a gateway has many users behind one.
constexpr int streams_per_connection = 1'000;
// A peer that is gone without a word is noticed within these.
constexpr int keepalive_ms = 30'000;
constexpr int keepalive_timeout_ms = 10'000;
// Clients may ask as often as this.
constexpr int least_ping_interval_ms = 10'000;
constexpr int ping_strikes = 3;
constexpr int connection_idle_ms = 300'000;

// What gRPC says by itself, mostly of peers that do not speak TLS, goes into our log. gRPC has one
// log for the whole process.
std::atomic<edge::Log*> log_of_grpc{nullptr};

void take_over(gpr_log_func_args* said) {
    edge::Log* const log = log_of_grpc.load();
    if (log == nullptr || said->severity != GPR_LOG_SEVERITY_ERROR) return;
    log->info("grpc", {{"text", said->message}});
}

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) return std::nullopt;
    return std::move(text).str();
}

struct Credentials {
    std::shared_ptr<grpc::ServerCredentials> made;
    std::string unreadable;  // the file that could not be read
};

Credentials credentials_of(const edge::Config& config) {
    const bool own = !config.grpc_tls_cert.empty();
    const std::string& certificate = own ? config.grpc_tls_cert : config.tls_cert;
    const std::string& key = own ? config.grpc_tls_key : config.tls_key;
    if (certificate.empty()) return {grpc::InsecureServerCredentials(), {}};
    grpc::SslServerCredentialsOptions options;
    const auto chain_text = read_file(certificate);
    if (!chain_text) return {nullptr, certificate};
    const auto key_text = read_file(key);
    if (!key_text) return {nullptr, key};
    options.pem_key_cert_pairs.push_back({*key_text, *chain_text});
    if (!config.grpc_client_ca.empty()) {
        const auto roots = read_file(config.grpc_client_ca);
        if (!roots || roots->empty()) return {nullptr, config.grpc_client_ca};
        options.pem_root_certs = *roots;
        options.client_certificate_request =
            GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
    }
    return {grpc::SslServerCredentials(options), {}};
}

void set_limits(grpc::ServerBuilder& builder, const edge::Config& config) {
    builder.SetMaxReceiveMessageSize(static_cast<int>(config.max_frame_size));
    builder.SetMaxSendMessageSize(-1);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE,
                               static_cast<int>(config.max_header_size));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, streams_per_connection);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_ms);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive_timeout_ms);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               least_ping_interval_ms);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, ping_strikes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, connection_idle_ms);
    // A port that is taken is an error, not one to share with another process.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

struct Server::Parts {
    Parts(Service& given, Streams& all) : service(given), streams(all) {}

    Service& service;
    Streams& streams;
    std::vector<std::unique_ptr<TableService>> services;
    std::unique_ptr<grpc::Server> server;
    // The server's, once it runs: another thread says through it how the store is.
    std::atomic<grpc::HealthCheckServiceInterface*> health{nullptr};
    int port = 0;
    bool stopped = false;
};

Server::Server(Service& service, Streams& streams)
    : parts_(std::make_unique<Parts>(service, streams)) {
    for (const ServiceTable& table : service_tables())
        add(table);
}

Server::~Server() {
    stop(std::chrono::milliseconds(0));
}

void Server::add(const ServiceTable& table) {
    parts_->services.push_back(
        std::make_unique<TableService>(parts_->service, parts_->streams, table));
}

std::optional<Server::Failed> Server::start() {
    const edge::Config& config = parts_->service.config;
    const std::string address = config.grpc->text();
    const Credentials credentials = credentials_of(config);
    if (!credentials.made) return Failed{true, "cannot read " + credentials.unreadable};
    log_of_grpc.store(&parts_->service.log);
    gpr_set_log_function(take_over);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    set_limits(builder, config);
    for (auto& one : parts_->services)
        builder.RegisterService(one.get());
    builder.AddListeningPort(address, credentials.made, &parts_->port);
    parts_->server = builder.BuildAndStart();
    if (!parts_->server || parts_->port == 0) {
        return Failed{false, "cannot listen on " + address +
                                 ": the address is taken, or the certificate cannot be used"};
    }
    parts_->health = parts_->server->GetHealthCheckService();
    set_serving(true);
    return std::nullopt;
}

std::uint16_t Server::port() const {
    return static_cast<std::uint16_t>(parts_->port);
}

void Server::set_serving(bool serving) {
    if (auto* const health = parts_->health.load()) health->SetServingStatus(serving);
}

void Server::stop(std::chrono::milliseconds grace) {
    if (!parts_->server || std::exchange(parts_->stopped, true)) return;
    const auto until = std::chrono::system_clock::now() + grace;
    set_serving(false);
    parts_->streams.end_all(grace / 4);
    // Streams end while the connections are still there; what is left then is cut off.
    while (parts_->streams.count() > 0 && std::chrono::system_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    parts_->server->Shutdown(until);
    parts_->server->Wait();
    log_of_grpc.store(nullptr);
}

}  // namespace whisprd::rpc
