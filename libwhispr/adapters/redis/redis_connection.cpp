#include "redis_connection.hpp"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/time.h>

namespace whispr::redis {

namespace {

/// For connecting, and for each answer.
constexpr timeval patience{2, 0};

Error unavailable(std::string text) {
    return {Errc::unavailable, std::move(text), {}};
}

std::string_view text_of(const redisReply* reply) {
    if (reply == nullptr || reply->str == nullptr) return {};
    return {reply->str, reply->len};
}

}  // namespace

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

Result<std::unique_ptr<Connection>> Connection::open(const Address& address,
                                                     const std::string& sentinel_password) {
    Error last = unavailable("no Redis is named");
    for (const Endpoint& endpoint : address.endpoints) {
        Endpoint server = endpoint;
        if (!address.master.empty()) {
            auto sentinel = connect(endpoint);
            if (sentinel) {
                if (auto in = (*sentinel)->sign_in("", sentinel_password, 0); !in)
                    sentinel = in.error();
            }
            if (!sentinel) {
                last = sentinel.error();
                continue;
            }
            const Reply named =
                (*sentinel)->ask({"SENTINEL", "get-master-addr-by-name", address.master});
            const bool known = named && named->type == REDIS_REPLY_ARRAY && named->elements == 2;
            if (!known) {
                last = unavailable("Sentinel " + endpoint.host + " knows no " + address.master);
                continue;
            }
            server.host = text_of(named->element[0]);
            server.port = static_cast<std::uint16_t>(
                std::strtoul(std::string(text_of(named->element[1])).c_str(), nullptr, 10));
        }
        auto connection = connect(server);
        if (connection) {
            auto in = (*connection)->sign_in(address.user, address.password, address.database);
            if (in) return connection;
            connection = in.error();
        }
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
    for (; collected_ > 0; --collected_) {
        void* reply = nullptr;
        if (redisGetReply(context_, &reply) != REDIS_OK) return false;
        freeReplyObject(reply);
    }
    return true;
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
    for (;;) {
        void* reply = nullptr;
        if (redisGetReplyFromReader(context_, &reply) != REDIS_OK) return nullptr;
        if (reply != nullptr) return Reply(static_cast<redisReply*>(reply));
        pollfd watched{context_->fd, POLLIN, 0};
        if (::poll(&watched, 1, static_cast<int>(longest.count())) <= 0) return nullptr;
        if (redisBufferRead(context_) != REDIS_OK) return nullptr;
    }
}

}  // namespace whispr::redis
