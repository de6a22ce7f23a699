#include "app.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "admin.hpp"
#include "edge/ed25519_verifier.hpp"
#include "edge/http_client.hpp"
#include "edge/log.hpp"
#include "files.hpp"
#include "front.hpp"
#include "grpc/server.hpp"
#include "grpc/streams.hpp"
#include "health.hpp"
#include "identity.hpp"
#include "media/media.hpp"
#include "meters.hpp"
#include "moderators.hpp"
#include "neighbours.hpp"
#include "rate_limits.hpp"
#include "service.hpp"
#include "shared_rates.hpp"
#include "socket/sign_out.hpp"
#include "store.hpp"
#include "user_sockets.hpp"
#include "whispr/adapters/local.hpp"

namespace whisprd {

namespace {

constexpr std::chrono::seconds longest_wait_for_channels{3};

// The engine's words, in the log of the server.
class EngineLog final : public whispr::LogSink {
 public:
    explicit EngineLog(edge::Log& log) : log_(log) {}
    void log(whispr::LogLevel level, std::string_view text) noexcept override {
        constexpr std::array levels{edge::LogLevel::debug, edge::LogLevel::info,
                                    edge::LogLevel::warn, edge::LogLevel::error};
        log_.write(levels[static_cast<std::size_t>(level)], "engine", {{"text", text}});
    }

 private:
    edge::Log& log_;
};

std::size_t io_threads_of(const edge::Config& config) {
    if (config.io_threads > 0) return config.io_threads;
    return std::max(1U, std::thread::hardware_concurrency());
}

whispr::EngineOptions engine_options(const edge::Config& config,
                                     std::shared_ptr<whispr::Storage> storage,
                                     std::shared_ptr<whispr::LogSink> log) {
    auto options = whispr::local_engine_options(std::move(storage));
    options.log = std::move(log);
    options.signatures = std::make_shared<edge::Ed25519Verifier>();
    options.limits.content_bytes = config.max_message_size;
    options.limits.schedule_lead = std::chrono::ceil<std::chrono::seconds>(config.schedule_lead);
    options.limits.readers = readers_of(config);
    options.limits.attachment_bytes = static_cast<std::int64_t>(config.max_attachment_size);
    options.limits.stored_bytes_per_user = static_cast<std::int64_t>(config.attachment_quota);
    options.limits.upload_lifetime =
        std::chrono::ceil<std::chrono::seconds>(config.upload_lifetime);
    options.limits.blob_grace = std::chrono::ceil<std::chrono::seconds>(config.attachment_grace);
    return options;
}

net::ServerOptions server_options(const edge::Config& config) {
    net::ServerOptions options;
    options.host = config.listen.host;
    options.port = config.listen.port;
    options.io_threads = io_threads_of(config);
    options.tls_certificate_file = config.tls_cert;
    options.tls_key_file = config.tls_key;
    options.rate_exempt = config.trusted_proxies;
    options.sizes.head_bytes = config.max_header_size;
    options.sizes.body_bytes = config.max_body_size;
    options.sizes.message_bytes = config.max_frame_size;
    options.sizes.outbox_bytes = config.max_outbox_size;
    options.sizes.connections = config.max_connections;
    options.sizes.handshakes_per_address_burst = static_cast<double>(config.handshakes_per_second);
    options.sizes.handshakes_per_address_per_second =
        static_cast<double>(config.handshakes_per_second);
    options.times.head = config.handshake_timeout;
    options.times.tls_handshake = config.handshake_timeout;
    options.times.body_grace = config.request_timeout;
    options.times.websocket_idle = config.idle_timeout;
    return options;
}

net::ServerOptions admin_options(const edge::ListenAddress& address) {
    net::ServerOptions options;
    options.host = address.host;
    options.port = address.port;
    options.sizes.connections = 100;
    return options;
}

edge::phoenix::PresenceLeaves leaves_of(const edge::Config& config) {
    return config.strict_presence ? edge::phoenix::PresenceLeaves::every_session
                                  : edge::phoenix::PresenceLeaves::only_who_is_gone;
}

void say(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

std::string at_port(const edge::ListenAddress& address, std::uint16_t port) {
    return edge::ListenAddress{address.host, port}.text();
}

}  // namespace

// In the order in which they are made; they are destroyed in the opposite one.
struct App::Parts {
    Parts(edge::Config given, std::string named)
        : config(std::move(given)),
          log(edge::stderr_log_writer(), {config.log_level, config.log_format, {}}),
          meters(metrics),
          identity(config, log),
          limits(config.requests_per_minute, config.messages_per_minute),
          joins(config.joins_per_second),
          sockets(config.max_sockets_per_user),
          sink(std::make_shared<edge::SessionSink>(io_threads_of(config), leaves_of(config))),
          version(std::move(named)) {
        if (config.grpc) streams = std::make_shared<rpc::Streams>(io_threads_of(config));
    }

    edge::Config config;
    edge::Log log;
    edge::Metrics metrics;
    Meters meters;
    IdentitySource identity;
    RateLimits limits;
    JoinGate joins;
    UserSockets sockets;
    std::shared_ptr<edge::SessionSink> sink;
    std::string version;
    std::shared_ptr<rpc::Streams> streams;    // null: no gRPC
    std::unique_ptr<edge::HttpClient> roles;  // null: nobody is asked
    std::unique_ptr<Moderators> moderators;
    std::shared_ptr<edge::UserService> users;         // null: not configured
    std::shared_ptr<whispr::RedisChannels> channels;  // null: not configured
    std::shared_ptr<Neighbours> neighbours;
    std::shared_ptr<whispr::Storage> storage;
    std::unique_ptr<media::Media> media;  // null: no files are stored
    std::unique_ptr<whispr::Engine> engine;
    std::unique_ptr<Health> health;
    std::unique_ptr<Service> service;
    std::unique_ptr<Front> front;
    std::unique_ptr<net::Server> server;
    std::unique_ptr<rpc::Server> grpc_server;
    std::unique_ptr<Admin> admin;
    std::unique_ptr<net::Server> admin_server;
    std::uint64_t keys_seen = 0;  // generation
    bool files_answer = true;

    std::optional<StartFailure> open_engine();
    void wait_for_channels() const;
    Moderators::Fetch ask_roles();
    void assemble();
    std::optional<StartFailure> listen();
    void announce();
    void tick();
};

std::optional<StartFailure> App::Parts::open_engine() {
    const auto words = std::make_shared<EngineLog>(log);
    whispr::RedisOptions redis;
    redis.url = config.redis;
    redis.sentinel_password = config.redis_sentinel_password;
    redis.prefix = config.redis_prefix;
    redis.sharded = config.redis_sharded;
    redis.log = words;
    if (!config.redis.empty()) {
        auto made = whispr::make_redis_channels(redis);
        if (!made) return StartFailure{2, "redis: " + made.error().text};
        channels = *std::move(made);
        auto script =
            whispr::make_redis_script(redis, rates_key(config.redis_prefix, ""), rates_script());
        if (!script) return StartFailure{2, "redis: " + script.error().text};
        limits.share(std::make_unique<SharedRates>(*std::move(script), config.redis_prefix, log));
    }
    neighbours =
        std::make_shared<Neighbours>(*sink, streams.get(), channels, config.redis_prefix, log);
    auto clock = whispr::make_system_clock();
    auto opened = open_store(config, clock, words);
    if (!opened) return StartFailure{1, "store: " + opened.error().text};
    storage = *std::move(opened);
    if (!config.user_service_url.empty() && !config.internal_api_token.empty())
        users = edge::make_user_service(config.user_service_url, config.internal_api_token, log);
    auto options = engine_options(config, storage, words);
    options.clock = clock;
    options.contacts = users;
    if (channels) options.bus = whispr::make_redis_bus(channels, redis);
    if (config.attachments != "off") {
        auto blobs = open_blobs(config);
        if (!blobs) return StartFailure{1, "attachments: " + blobs.error().text};
        media = std::make_unique<media::Media>(*blobs, media_options(config));
        options.blobs = *std::move(blobs);
    }
    auto started = whispr::Engine::open(std::move(options));
    if (!started) return StartFailure{1, "store: " + started.error().text};
    engine = *std::move(started);
    engine->add_sink(sink);
    engine->add_sink(neighbours);
    if (streams) engine->add_sink(streams);
    // The index of words follows the changes as soon as somebody has searched, if only for nothing.
    engine->search().messages({whispr::system_user, {}}, {},
                              [](const whispr::Result<whispr::MessagesFound>&) {});
    return std::nullopt;
}

// Whoever joins before this node hears the others would miss what they say right then.
void App::Parts::wait_for_channels() const {
    const auto until = std::chrono::steady_clock::now() + longest_wait_for_channels;
    while (channels && !channels->usable() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

Moderators::Fetch App::Parts::ask_roles() {
    if (config.user_service_url.empty()) return {};
    edge::HttpClient::Options options;
    options.name = "user-service";
    options.base = config.user_service_url;
    roles = std::make_unique<edge::HttpClient>(std::move(options), log);
    return [client = roles.get()](edge::HttpGet request, edge::HttpClient::Done done) {
        client->get(std::move(request), std::move(done));
    };
}

void App::Parts::assemble() {
    health = std::make_unique<Health>(*engine, [this] { tick(); });
    moderators = std::make_unique<Moderators>(config.admin_user_ids, ask_roles());
    service = std::make_unique<Service>(Service{
        config, *engine, identity.authenticator(), *sink, log, meters, *health, limits, joins,
        sockets, *moderators, *neighbours, media.get(), users.get(), identity.dev_keys(), version});
    front = std::make_unique<Front>(*service);
    server = std::make_unique<net::Server>(server_options(config), *front);
    if (streams) grpc_server = std::make_unique<rpc::Server>(*service, *streams);
    if (streams) sample_streams(metrics, *streams);
    edge::register_process_metrics(metrics, version);
    sample_engine(metrics, *engine);
    sample_edge(metrics, identity.authenticator(), log);
    if (media) sample_media(metrics, *media);
    identity.sample(metrics);
    if (limits.shared() != nullptr) sample_rates(metrics, *limits.shared());
    health->start();
}

std::optional<StartFailure> App::Parts::listen() {
    if (const auto failed = server->start()) {
        // An address that is taken may be free the next time; a certificate that cannot be used is
        // a mistake.
        const bool taken = failed->text.starts_with("cannot listen");
        return StartFailure{taken ? 1 : 2, failed->text};
    }
    sample_server(metrics, *server);
    if (grpc_server) {
        if (const auto failed = grpc_server->start())
            return StartFailure{failed->mistake ? 2 : 1, "grpc: " + failed->text};
    }
    if (!config.admin_listen) return std::nullopt;
    admin = std::make_unique<Admin>(metrics, *health);
    admin_server = std::make_unique<net::Server>(admin_options(*config.admin_listen), *admin);
    if (const auto failed = admin_server->start())
        return StartFailure{1, "admin_listen: " + failed->text};
    return std::nullopt;
}

void App::Parts::announce() {
    if (config.dev) {
        say("DEVELOPMENT MODE: anyone at this machine can sign in as anyone");
        log.warn("development mode: never use it for real people");
    }
    const std::string scheme = config.tls_cert.empty() ? "http://" : "https://";
    say("whisprd " + version + " listening on " + scheme + at_port(config.listen, server->port()));
    if (grpc_server) say("grpc on " + at_port(*config.grpc, grpc_server->port()));
    if (admin_server)
        say("metrics on http://" + at_port(*config.admin_listen, admin_server->port()));
    for (const auto& warning : config.warnings)
        log.warn("configuration", {{"warning", warning}});
    if (config.store.kind == edge::StoreChoice::Kind::memory)
        log.warn("the store is memory: nothing outlives this process");
    if (media && !media->thumbnailer.is_there() && config.thumbnailer != "off")
        log.warn("there is no whispr-thumbnail beside this program: pictures have no thumbnails");
    if (media && config.link_keys.empty())
        log.info("no link_keys: links to files end with this process, and are of this node alone");
    if (config.dev) {
        say("open http://127.0.0.1:" + std::to_string(server->port()) + "/ in a browser");
    }
}

// About once a second.
void App::Parts::tick() {
    sink->for_each_hub([](edge::Hub& hub) { hub.tick(); });
    const auto [keys, generation] = identity.authenticator().keys();
    if (generation != keys_seen && keys) {
        socket::sign_out_without_key(*sink, keys);
        if (streams) streams->sign_out_without_key(keys);
    }
    if (streams) streams->tick();
    if (grpc_server) grpc_server->set_serving(health->state().ready());
    keys_seen = generation;
    const auto now = std::chrono::steady_clock::now();
    limits.requests.forget_idle(now);
    limits.messages.forget_idle(now);
    if (!media) return;
    media->tick(now);
    const bool answers = media->store_answers();
    if (answers == files_answer) return;
    files_answer = answers;
    if (answers) {
        log.info("the place of files answers again");
    } else {
        log.warn("the place of files does not answer", {{"attachments", config.attachments}});
    }
}

std::variant<std::unique_ptr<App>, StartFailure> App::start(edge::Config config,
                                                            std::string version) {
    auto parts = std::make_unique<Parts>(std::move(config), std::move(version));
    // Keys come first: they can be refused without touching the store.
    if (auto why = parts->identity.start(parts->config)) return StartFailure{2, *std::move(why)};
    if (auto failure = parts->open_engine()) return *std::move(failure);
    parts->assemble();
    parts->wait_for_channels();
    std::unique_ptr<App> app(new App(std::move(parts)));
    if (auto failure = app->parts_->listen()) return *std::move(failure);
    app->parts_->announce();
    return app;
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

App::~App() {
    stop();
}

void App::drain() {
    parts_->health->say_not_ready();
    if (parts_->grpc_server) parts_->grpc_server->set_serving(false);
    std::this_thread::sleep_for(parts_->config.shutdown_delay);
}

void App::stop() {
    Parts& parts = *parts_;
    // Clients go first, while the engine still answers them; then the engine, while the threads
    // that its answers are handed to still exist.
    const auto grace = parts.config.shutdown_grace;
    if (parts.server) parts.server->stop(grace);
    if (parts.grpc_server) parts.grpc_server->stop(grace);
    if (parts.server) parts.server->join();
    // Its answers are handed to the server's threads, which are over, but still there.
    parts.limits.stop();
    parts.roles.reset();
    if (parts.media) parts.media->close();
    if (parts.users) parts.users->close();
    if (parts.health) parts.health->stop();
    if (parts.admin_server) parts.admin_server->stop(std::chrono::milliseconds(0));
    if (parts.admin_server) parts.admin_server->join();
    if (parts.engine) {
        parts.engine->remove_sink(parts.sink);
        parts.engine->remove_sink(parts.neighbours);
        if (parts.streams) parts.engine->remove_sink(parts.streams);
        parts.engine->close();
    }
    if (parts.streams) parts.streams->stop();
}

}  // namespace whisprd
