// Who is a moderator: the users that the configuration names, and those of whom the user-service
// says that they are. What it says is remembered for a while; that it does not answer is not.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "edge/http_client.hpp"
#include "net/mutex.hpp"
#include "whispr/ids.hpp"

namespace whisprd {

class Moderators {
 public:
    using Time = std::chrono::steady_clock::time_point;
    using Done = std::function<void(bool)>;
    // HttpClient::get, or what stands for it in a test.
    using Fetch = std::function<void(edge::HttpGet, edge::HttpClient::Done)>;

    // `named` are canonical UUIDs. Without `fetch` only these are moderators.
    Moderators(const std::vector<std::string>& named, Fetch fetch);
    Moderators(const Moderators&) = delete;
    Moderators& operator=(const Moderators&) = delete;

    // Whether `user`, who presents this Authorization header (empty: none), is a moderator. Any
    // thread; does not block. `done` is called once: before this returns when it is known, else
    // where Fetch answers. Whoever asks for the same user meanwhile waits for the same answer.
    void ask(whispr::UserId user, std::string_view authorization, Time now, Done done);

 private:
    struct Known {
        bool asking = false;
        bool moderator = false;
        Time until{};
        std::vector<Done> waiting;
    };

    void learn(whispr::UserId user, const edge::HttpAnswer& answer, Time asked);
    void make_room(Time now) NET_THREAD_ANNOTATION(requires_capability(mutex_));

    const Fetch fetch_;
    std::unordered_set<whispr::UserId> named_;
    net::Mutex mutex_;
    std::unordered_map<whispr::UserId, Known> known_ NET_GUARDED_BY(mutex_);
};

}  // namespace whisprd
