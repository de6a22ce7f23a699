#include "redis_connection.hpp"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/time.h>

#include <algorithm>
#include <cstdlib>

namespace whispr::redis {

namespace {

/// For connecting, and for each answer.
constexpr timeval patience{2, 0};
/// From one node of a cluster to the next.
constexpr int most_steps = 5;

Error unavailable(std::string text) {
    return {Errc::unavailable, std::move(text), {}};
}

}  // namespace

std::string_view text_of(const redisReply* reply) {
    if (reply == nullptr || reply->str == nullptr) return {};
    return {reply->str, reply->len};
}

bool is_error(const redisReply* reply, std::string_view kind) {
    return reply != nullptr && reply->type == REDIS_REPLY_ERROR && text_of(reply).starts_with(kind);
}

void FreeReply::operator()(redisReply* reply) const noexcept {
    freeReplyObject(reply);
}

Connection::~Connection() {
    redisFree(context_);
}

bool Connection::alive() const noexcept {
    return context_->err == 0;
}

Result<std::unique_ptr<Connection>> Connection::connect(const Endpoint& endpoint) {
    redisContext* const context =
        redisConnectWithTimeout(endpoint.host.c_str(), endpoint.port, patience);
    if (context == nullptr) return unavailable("there is no memory left");
    std::unique_ptr<Connection> connection(new Connection(context));
    const std::string place = endpoint.host + ":" + std::to_string(endpoint.port);
    if (!connection->alive())
        return unavailable("Redis at " + place + ": " + static_cast<const char*>(context->errstr));
    redisSetTimeout(context, patience);
    redisEnableKeepAlive(context);
    return connection;
}

Result<void> Connection::sign_in(const std::string& user, const std::string& password,
                                 int database) {
    if (!password.empty()) {
        const Reply reply = user.empty() ? ask({"AUTH", password}) : ask({"AUTH", user, password});
        if (!reply || reply->type == REDIS_REPLY_ERROR)
            return unavailable("Redis does not let us in: " + std::string(text_of(reply.get())));
    }
    if (database == 0) return {};
    const std::string number = std::to_string(database);
    const Reply reply = ask({"SELECT", number});
    if (!reply || reply->type == REDIS_REPLY_ERROR)
        return unavailable("Redis has no database " + number);
    return {};
}

Result<Endpoint> Connection::ask_sentinel(const Address& address, const Endpoint& sentinel,
                                          const std::string& password) {
    auto connection = connect(sentinel);
    if (!connection) return connection.error();
    if (auto in = (*connection)->sign_in("", password, 0); !in) return in.error();
    const Reply named = (*connection)->ask({"SENTINEL", "get-master-addr-by-name", address.master});
    const bool known = named && named->type == REDIS_REPLY_ARRAY && named->elements == 2;
    if (!known) return unavailable("Sentinel " + sentinel.host + " knows no " + address.master);
    const std::string port(text_of(named->element[1]));
    return Endpoint{std::string(text_of(named->element[0])),
                    static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10))};
}

Result<std::unique_ptr<Connection>> Connection::enter(const Address& address,
                                                      const Endpoint& endpoint) {
    auto connection = connect(endpoint);
    if (!connection) return connection.error();
    if (auto in = (*connection)->sign_in(address.user, address.password, address.database); !in)
        return in.error();
    return connection;
}

Result<std::unique_ptr<Connection>> Connection::follow(const Address& address, Endpoint endpoint,
                                                       const std::string& key) {
    for (int step = 0; step < most_steps; ++step) {
        auto connection = enter(address, endpoint);
        if (!connection) return connection.error();
        const Reply reply = (*connection)->ask({"EXISTS", key});
        if (!reply) return unavailable("Redis at " + endpoint.host + " does not answer");
        if (reply->type != REDIS_REPLY_ERROR) return connection;
        const std::optional<Endpoint> moved = parse_moved(text_of(reply.get()), endpoint);
        if (!moved) return unavailable("Redis: " + std::string(text_of(reply.get())));
        endpoint = *moved;
    }
    return unavailable("no node of the cluster owns what is looked for");
}

Result<std::unique_ptr<Connection>> Connection::open(const Address& address,
                                                     const std::string& sentinel_password,
                                                     const std::string& key) {
    Error last = unavailable("no Redis is named");
    for (const Endpoint& endpoint : address.endpoints) {
        Result<Endpoint> server = endpoint;
        if (!address.master.empty()) server = ask_sentinel(address, endpoint, sentinel_password);
        if (!server) {
            last = server.error();
            continue;
        }
        auto connection = key.empty() ? enter(address, *server) : follow(address, *server, key);
        if (connection) return connection;
        last = connection.error();
    }
    return last;
}

void Connection::add(const std::vector<std::string_view>& command) {
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const std::string_view word : command) {
        words.push_back(word.data());
        sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context_, static_cast<int>(words.size()), words.data(), sizes.data());
    ++collected_;
}

bool Connection::settle() {
    bool here = true;
    for (; collected_ > 0; --collected_) {
        void* answer = nullptr;
        if (redisGetReply(context_, &answer) != REDIS_OK) return false;
        const Reply reply(static_cast<redisReply*>(answer));
        here = here && !is_error(reply.get(), "MOVED ") && !is_error(reply.get(), "CLUSTERDOWN");
    }
    return here;
}

Reply Connection::ask(const std::vector<std::string_view>& command) {
    if (!settle()) return nullptr;
    add(command);
    collected_ = 0;
    void* reply = nullptr;
    if (redisGetReply(context_, &reply) != REDIS_OK) return nullptr;
    return Reply(static_cast<redisReply*>(reply));
}

bool Connection::send(const std::vector<std::string_view>& command) {
    add(command);
    --collected_;
    for (int done = 0; done == 0;) {
        if (redisBufferWrite(context_, &done) != REDIS_OK) return false;
    }
    return true;
}

Reply Connection::wait(std::chrono::milliseconds longest) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + longest;
    for (;;) {
        void* reply = nullptr;
        if (redisGetReplyFromReader(context_, &reply) != REDIS_OK) return nullptr;
        if (reply != nullptr) return Reply(static_cast<redisReply*>(reply));
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        pollfd watched{context_->fd, POLLIN, 0};
        const int patience_ms = static_cast<int>(std::max<std::int64_t>(0, left.count()));
        if (::poll(&watched, 1, patience_ms) <= 0) return nullptr;
        if (redisBufferRead(context_) != REDIS_OK) return nullptr;
    }
}

}  // namespace whispr::redis
