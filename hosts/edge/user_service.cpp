#include "user_service.hpp"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "bounded_memory.hpp"
#include "json/document.hpp"
#include "net/mutex.hpp"
#include "whispr/ports/storage.hpp"

namespace edge {

namespace {

using whispr::UserId;
using whispr::UserPair;
using Time = std::chrono::steady_clock::time_point;

struct Privacy {
    bool shows_reading = true;
    bool shows_presence = true;
};

bool is_true(const json::Value& value) {
    return value.kind == json::Kind::boolean && value.text == "true";
}

bool says_nobody(const json::Value& value) {
    constexpr std::string_view nobody = "nobody";
    if (value.kind == json::Kind::boolean) return value.text == "false";
    if (value.kind != json::Kind::string || value.text.size() != nobody.size()) return false;
    for (std::size_t i = 0; i < nobody.size(); ++i) {
        if ((value.text[i] | 0x20) != nobody[i]) return false;
    }
    return true;
}

// The object that was answered; false when there is none.
bool read_object(const HttpAnswer& answer, json::Document& document) {
    return answer.status == 200 && document.read(answer.body) &&
           document.root().kind == json::Kind::object;
}

std::optional<bool> read_blocked(const HttpAnswer& answer) {
    json::Document document;
    if (!read_object(answer, document)) return std::nullopt;
    const json::Value blocked = document.root().find("isBlocked");
    if (blocked.kind != json::Kind::boolean) return std::nullopt;
    return is_true(blocked);
}

std::optional<Privacy> read_privacy(const HttpAnswer& answer) {
    // A user without settings has nothing to hide.
    if (answer.status == 404) return Privacy{};
    json::Document document;
    if (!read_object(answer, document)) return std::nullopt;
    const json::Value reading = document.root().find("readReceipts");
    return Privacy{.shows_reading = reading.kind != json::Kind::boolean || is_true(reading),
                   .shows_presence = !says_nobody(document.root().find("onlineStatus"))};
}

}  // namespace

// What is known and who waits to know. Outlives the service while look-ups are under way.
class UserService::Memory {
 public:
    using Waiting = std::function<void()>;

    // What is known of a pair or a user, and whether the caller has to ask for it now.
    template <class Value>
    struct Found {
        Value value;
        bool asks;
    };

    Memory(Options options, Clock clock)
        : options_(std::move(options)),
          clock_(std::move(clock)),
          blocks_(options_.pairs),
          privacies_(options_.pairs) {}

    [[nodiscard]] const std::string& token() const { return options_.token; }

    Found<bool> blocked(const UserPair& pair) {
        const net::MutexLock lock(mutex_);
        return find(blocks_, asked_pairs_, pair);
    }
    Found<Privacy> privacy(UserId user) {
        const net::MutexLock lock(mutex_);
        return find(privacies_, asked_users_, user);
    }

    enum class Next { go_on, wait, ask_and_wait };
    Next settle(const UserPair& pair, const Waiting& done) {
        const net::MutexLock lock(mutex_);
        if (clock_() < blocks_.at(pair).due) return Next::go_on;
        const bool asks = asked_pairs_.try_emplace(pair).second;
        asked_pairs_[pair].push_back(done);
        return asks ? Next::ask_and_wait : Next::wait;
    }

    void take_blocks(const UserPair& pair, const HttpAnswer& answer) {
        take(blocks_, asked_pairs_, pair, read_blocked(answer), options_.blocks_age);
    }
    void take_privacy(UserId user, const HttpAnswer& answer) {
        take(privacies_, asked_users_, user, read_privacy(answer), options_.privacy_age);
    }

 private:
    template <class Value>
    struct Known {
        Value value{};
        Time due{};  // to be asked again from then on
    };
    template <class Key>
    using Asked = std::map<Key, std::vector<Waiting>>;

    // Requires: the lock is held.
    template <class Key, class Value>
    Found<Value> find(BoundedMemory<Key, Known<Value>>& memory, Asked<Key>& asked,
                      const Key& key) const {
        const Known<Value>& known = memory.at(key);
        return {known.value, clock_() >= known.due && asked.try_emplace(key).second};
    }

    // Remembers what was answered, if it was, and lets those go on who wait for it.
    template <class Key, class Value>
    void take(BoundedMemory<Key, Known<Value>>& memory, Asked<Key>& asked, const Key& key,
              const std::optional<Value>& answered, std::chrono::milliseconds age) {
        std::vector<Waiting> waiting;
        {
            const net::MutexLock lock(mutex_);
            Known<Value>& known = memory.at(key);
            if (answered) known.value = *answered;
            known.due = clock_() + (answered ? age : options_.retry);
            const auto found = asked.find(key);
            waiting = std::move(found->second);
            asked.erase(found);
        }
        for (const Waiting& one : waiting)
            one();
    }

    const Options options_;
    const Clock clock_;
    net::Mutex mutex_;
    BoundedMemory<UserPair, Known<bool>> blocks_;
    BoundedMemory<UserId, Known<Privacy>> privacies_;
    Asked<UserPair> asked_pairs_;
    Asked<UserId> asked_users_;
};

UserService::UserService(Ask ask, Options options, Clock clock)
    : memory_(std::make_shared<Memory>(std::move(options), std::move(clock))),
      ask_(std::make_shared<const Ask>(std::move(ask))) {}

UserService::~UserService() {
    close();
}

void UserService::close() {
    std::shared_ptr<const Ask> last;
    const net::MutexLock lock(mutex_);
    last.swap(ask_);
}

void UserService::get(std::string path, HttpClient::Done done) {
    std::shared_ptr<const Ask> ask;
    {
        const net::MutexLock lock(mutex_);
        ask = ask_;
    }
    if (ask == nullptr) return done({0, {}, "this server stops"});
    (*ask)({std::move(path), {{"x-internal-token", memory_->token()}}}, std::move(done));
}

void UserService::ask_blocks(UserId lo, UserId hi) {
    get("/internal/v1/contacts/check?ownerId=" + lo.to_string() + "&contactId=" + hi.to_string(),
        [memory = memory_, pair = UserPair{lo, hi}](const HttpAnswer& answer) {
            memory->take_blocks(pair, answer);
        });
}

void UserService::ask_privacy(UserId user) {
    get("/internal/v1/users/" + user.to_string() + "/privacy",
        [memory = memory_, user](const HttpAnswer& answer) { memory->take_privacy(user, answer); });
}

bool UserService::blocked(UserId a, UserId b) noexcept {
    const UserPair pair = UserPair::of(a, b);
    const auto found = memory_->blocked(pair);
    if (found.asks) ask_blocks(pair.lo, pair.hi);
    return found.value;
}

bool UserService::shows_reading(UserId user) noexcept {
    const auto found = memory_->privacy(user);
    if (found.asks) ask_privacy(user);
    return found.value.shows_reading;
}

bool UserService::shows_presence(UserId user) noexcept {
    const auto found = memory_->privacy(user);
    if (found.asks) ask_privacy(user);
    return found.value.shows_presence;
}

void UserService::settle(UserId a, UserId b, const std::function<void()>& done) {
    const UserPair pair = UserPair::of(a, b);
    const auto next = memory_->settle(pair, done);
    if (next == Memory::Next::go_on) return done();
    if (next == Memory::Next::ask_and_wait) ask_blocks(pair.lo, pair.hi);
}

std::shared_ptr<UserService> make_user_service(const std::string& url, const std::string& token,
                                               Log& log) {
    HttpClient::Options options;
    options.name = "user-service";
    options.base = url;
    options.time_limit = std::chrono::seconds(1);
    const auto client = std::make_shared<HttpClient>(std::move(options), log);
    return std::make_shared<UserService>(
        [client](HttpGet request, HttpClient::Done done) {
            client->get(std::move(request), std::move(done));
        },
        UserService::Options{.token = token});
}

}  // namespace edge
