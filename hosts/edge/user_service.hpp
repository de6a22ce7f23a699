// What user-service knows of users: who has blocked whom, and what each wants to keep private.
// Asked in the background and remembered for a while, so that nobody waits for it: what is not
// known yet is answered as if nothing was forbidden, and what was known stays in force while the
// service cannot be reached.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "http_client.hpp"
#include "net/mutex.hpp"
#include "whispr/ids.hpp"
#include "whispr/ports/contacts.hpp"

namespace edge {

class UserService final : public whispr::Contacts {
 public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;
    // How a request is made; HttpClient::get, with what is said there of its callback.
    using Ask = std::function<void(HttpGet, HttpClient::Done)>;

    struct Options {
        std::string token;  // x-internal-token
        std::chrono::milliseconds blocks_age{60'000};
        std::chrono::milliseconds privacy_age{300'000};
        std::chrono::milliseconds retry{5'000};  // after a look-up that failed
        std::size_t pairs = 100'000;             // remembered, at most; likewise users
    };

    UserService(Ask ask, Options options, Clock clock = std::chrono::steady_clock::now);
    ~UserService() override;
    UserService(const UserService&) = delete;
    UserService& operator=(const UserService&) = delete;

    // See the port.
    [[nodiscard]] bool blocked(whispr::UserId a, whispr::UserId b) noexcept override;
    [[nodiscard]] bool shows_reading(whispr::UserId user) noexcept override;
    // Others may be told that the user is there. Any thread, does not block.
    [[nodiscard]] bool shows_presence(whispr::UserId user) noexcept;

    // Calls `done` once blocks of the pair are known and fresh, or could not be found out: at once,
    // or on the client's thread, where it must not block. Any thread.
    void settle(whispr::UserId a, whispr::UserId b, const std::function<void()>& done);

    // Asks nothing any more, and ends what is asked. Any thread but the client's; may be called
    // again.
    void close();

 private:
    class Memory;

    void get(std::string path, HttpClient::Done done);
    void ask_blocks(whispr::UserId lo, whispr::UserId hi);
    void ask_privacy(whispr::UserId user);

    const std::shared_ptr<Memory> memory_;
    net::Mutex mutex_;
    std::shared_ptr<const Ask> ask_ NET_GUARDED_BY(mutex_);
};

// With a client of its own that gives a look-up a second. Requires: `log` outlives it.
[[nodiscard]] std::shared_ptr<UserService> make_user_service(const std::string& url,
                                                             const std::string& token, Log& log);

}  // namespace edge
