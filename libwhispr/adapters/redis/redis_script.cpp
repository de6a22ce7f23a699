#include <hiredis/hiredis.h>

#include "redis_connection.hpp"
#include "whispr/adapters/redis.hpp"

namespace whispr {

namespace {

using namespace std::chrono_literals;
using redis::Address;
using redis::Connection;
using redis::Reply;
using Clock = std::chrono::steady_clock;
using Numbers = std::vector<std::int64_t>;

/// A connection whose answer does not come for so long is lost.
constexpr auto longest_silence = 3s;

class Script final : public RedisScript {
 public:
    Script(Address address, std::string sentinel_password, std::string key, std::string lua)
        : address_(std::move(address)),
          sentinel_password_(std::move(sentinel_password)),
          key_(std::move(key)),
          lua_(std::move(lua)) {}

    Result<Numbers> run(const std::vector<std::string>& keys,
                        const std::vector<std::string>& arguments,
                        std::chrono::milliseconds longest) noexcept override {
        try {
            if (!connection_) {
                if (auto connected = connect(); !connected) return connected.error();
            }
            const auto until = Clock::now() + longest;
            if (!settle(until)) return no_answer();
            Reply reply = ask("EVALSHA", digest_, keys, arguments, until);
            if (redis::is_error(reply.get(), "NOSCRIPT"))
                reply = ask("EVAL", lua_, keys, arguments, until);
            if (!reply) return no_answer();
            return numbers_of(*reply);
        } catch (const std::exception& problem) {
            connection_.reset();
            return Error{Errc::unavailable, problem.what(), {}};
        }
    }

 private:
    Result<void> connect() {
        auto connection = Connection::open(address_, sentinel_password_, key_);
        if (!connection) return connection.error();
        const Reply loaded = (*connection)->ask({"SCRIPT", "LOAD", lua_});
        if (!loaded || loaded->type != REDIS_REPLY_STRING) {
            return Error{
                Errc::unavailable,
                "Redis does not take a script: " + std::string(redis::text_of(loaded.get())),
                {}};
        }
        digest_ = redis::text_of(loaded.get());
        connection_ = *std::move(connection);
        owed_ = 0;
        return {};
    }

    /// Answers that came too late for those who asked.
    bool settle(Clock::time_point until) {
        for (; owed_ > 0; --owed_) {
            if (!wait(until)) return false;
        }
        return true;
    }

    Reply ask(std::string_view word, const std::string& script,
              const std::vector<std::string>& keys, const std::vector<std::string>& arguments,
              Clock::time_point until) {
        const std::string count = std::to_string(keys.size());
        std::vector<std::string_view> command{word, script, count};
        command.insert(command.end(), keys.begin(), keys.end());
        command.insert(command.end(), arguments.begin(), arguments.end());
        asked_ = Clock::now();
        ++owed_;
        if (!connection_->send(command)) return nullptr;
        Reply reply = wait(until);
        if (reply) --owed_;
        return reply;
    }

    Reply wait(Clock::time_point until) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        return connection_->wait(std::max(0ms, left));
    }

    Error no_answer() {
        if (!connection_->alive() || Clock::now() - asked_ > longest_silence) connection_.reset();
        return {Errc::unavailable, "Redis does not answer in time", {}};
    }

    Result<Numbers> numbers_of(const redisReply& reply) {
        Numbers numbers;
        bool sound = reply.type == REDIS_REPLY_ARRAY;
        for (std::size_t i = 0; sound && i < reply.elements; ++i) {
            sound = reply.element[i]->type == REDIS_REPLY_INTEGER;
            numbers.push_back(reply.element[i]->integer);
        }
        if (sound) return numbers;
        // The key may be on another node now, or this one may take no more writes.
        Error error{Errc::unavailable, "Redis: " + std::string(redis::text_of(&reply)), {}};
        connection_.reset();
        return error;
    }

    const Address address_;
    const std::string sentinel_password_;
    const std::string key_;
    const std::string lua_;
    std::string digest_;
    std::unique_ptr<Connection> connection_;
    std::size_t owed_ = 0;
    Clock::time_point asked_{};
};

}  // namespace

Result<std::unique_ptr<RedisScript>> make_redis_script(const RedisOptions& options, std::string key,
                                                       std::string lua) {
    auto address = redis::parse_address(options.url);
    if (!address) return address.error();
    return std::unique_ptr<RedisScript>(std::make_unique<Script>(
        *std::move(address), options.sentinel_password, std::move(key), std::move(lua)));
}

}  // namespace whispr
