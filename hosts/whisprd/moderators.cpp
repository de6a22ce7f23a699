#include "moderators.hpp"

#include <optional>
#include <utility>

#include "edge/json/cast.hpp"
#include "edge/json/document.hpp"

namespace whisprd {

namespace {

// How long a role is believed, as other services of this kind do.
constexpr std::chrono::seconds remembered{300};
// Users whose role is remembered: all that are likely to ask within that time.
constexpr std::size_t most_known = 100'000;
constexpr std::string_view path = "/user/v1/roles/me";

// Nothing when the answer does not name a role.
std::optional<bool> says_moderator(const edge::HttpAnswer& answer) {
    if (answer.status != 200) return std::nullopt;
    edge::json::Document document;
    if (!document.read(answer.body)) return std::nullopt;
    const auto role = edge::json::to_text(document.root().find("role")).value;
    if (!role) return std::nullopt;
    return *role == "admin" || *role == "moderator";
}

}  // namespace

Moderators::Moderators(const std::vector<std::string>& named, Fetch fetch)
    : fetch_(std::move(fetch)) {
    for (const auto& id : named) {
        if (const auto user = whispr::UserId::parse(id)) named_.insert(*user);
    }
}

void Moderators::ask(whispr::UserId user, std::string_view authorization, Time now, Done done) {
    if (named_.contains(user)) return done(true);
    if (!fetch_) return done(false);
    std::optional<bool> answer;
    {
        const net::MutexLock lock(mutex_);
        const auto found = known_.find(user);
        if (found != known_.end() && !found->second.asking && found->second.until > now) {
            answer = found->second.moderator;
        } else if (found != known_.end() && found->second.asking) {
            found->second.waiting.push_back(std::move(done));
            return;
        } else if (authorization.empty()) {
            // There is nothing to ask with.
            answer = false;
        } else {
            make_room(now);
            Known& asked = known_[user];
            asked.asking = true;
            asked.waiting.push_back(std::move(done));
        }
    }
    if (answer) return done(*answer);
    fetch_({std::string(path),
            {{"Authorization", std::string(authorization)}, {"Accept", "application/json"}}},
           [this, user, now](const edge::HttpAnswer& said) { learn(user, said, now); });
}

void Moderators::learn(whispr::UserId user, const edge::HttpAnswer& answer, Time asked) {
    const auto moderator = says_moderator(answer);
    std::vector<Done> waiting;
    {
        const net::MutexLock lock(mutex_);
        const auto found = known_.find(user);
        waiting = std::exchange(found->second.waiting, {});
        found->second.asking = false;
        if (moderator) {
            found->second.moderator = *moderator;
            found->second.until = asked + remembered;
        } else {
            known_.erase(found);
        }
    }
    for (const Done& done : waiting)
        done(moderator.value_or(false));
}

void Moderators::make_room(Time now) {
    if (known_.size() < most_known) return;
    std::erase_if(known_, [now](const auto& entry) {
        return !entry.second.asking && entry.second.until <= now;
    });
    if (known_.size() < most_known) return;
    std::erase_if(known_, [](const auto& entry) { return !entry.second.asking; });
}

}  // namespace whisprd
