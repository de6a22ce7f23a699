#include "shared_rates.hpp"

#include <algorithm>

namespace whisprd {

namespace {

using namespace std::chrono_literals;

// Users in one round trip, and those that may wait to be told; more are not told.
constexpr std::size_t most_at_once = 256;
constexpr std::size_t most_waiting = 100'000;
// What nobody waits for is told so often at most.
constexpr auto between_messages = 1ms;
constexpr auto between_requests = 50ms;
// A connection that nobody uses is tried, so that a lost one is noticed before it is needed.
constexpr auto between_probes = 1s;
constexpr auto between_attempts = 100ms;
constexpr auto between_words = 10s;

// Numbers that the script gives for each user.
constexpr std::size_t answers = 4;

}  // namespace

// A user's key is a hash of grains: "r17" are the requests, "m17" the messages of the 17th grain.
// The time is Redis' own, so that the clocks of the nodes do not matter.
std::string rates_script() {
    return "local grain = " + std::to_string(UseWindow::grain.count()) +
           "\nlocal grains = " + std::to_string(UseWindow::length / UseWindow::grain) + R"lua(
local now = tonumber(redis.call('TIME')[1])
local current = math.floor(now / grain)
local out = {}
for i, key in ipairs(KEYS) do
  local told_requests, told_messages = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2])
  local asked, limit = tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
  local used = { r = 0, m = 0 }
  local requests, over = {}, {}
  local all = redis.call('HGETALL', key)
  for j = 1, #all, 2 do
    local kind, at, count = all[j]:sub(1, 1), tonumber(all[j]:sub(2)), tonumber(all[j + 1])
    if at <= current - grains or at >= current + grains then
      over[#over + 1] = all[j]
    else
      used[kind] = used[kind] + count
      if kind == 'r' then requests[#requests + 1] = { at, count } end
    end
  end
  if #over > 0 then redis.call('HDEL', key, unpack(over)) end
  local granted = math.max(0, math.min(asked, limit - used.r - told_requests))
  local add_requests = told_requests + granted
  if add_requests > 0 then redis.call('HINCRBY', key, 'r' .. current, add_requests) end
  if told_messages > 0 then redis.call('HINCRBY', key, 'm' .. current, told_messages) end
  if add_requests + told_messages > 0 then redis.call('EXPIRE', key, grain * (grains + 1)) end
  local retry = 0
  if granted < asked then
    local excess = used.r + add_requests + 1 - limit
    retry = grain * grains
    table.sort(requests, function(a, b) return a[1] < b[1] end)
    for _, one in ipairs(requests) do
      excess = excess - one[2]
      if excess <= 0 then
        retry = (one[1] + grains) * grain - now
        break
      end
    end
  end
  out[#out + 1] = granted
  out[#out + 1] = used.r + add_requests
  out[#out + 1] = used.m + told_messages
  out[#out + 1] = math.max(1, math.min(retry, grain * grains))
end
return out
)lua";
}

std::string rates_key(const std::string& prefix, const std::string& user) {
    return "{" + prefix + ":rates}:" + user;
}

SharedRates::SharedRates(std::unique_ptr<whispr::RedisScript> script, std::string prefix,
                         edge::Log& log)
    : script_(std::move(script)), prefix_(std::move(prefix)), log_(log) {}

SharedRates::~SharedRates() {
    stop();
}

void SharedRates::start(RateLimits& limits) {
    limits_ = &limits;
    thread_ = std::thread([this] { work(); });
}

void SharedRates::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        usable_ = false;
    }
    filled_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void SharedRates::ask(whispr::UserId user, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && usable_ && entries_.size() < most_waiting) {
            entries_[user].waiting.push_back(std::move(done));
            if (waiting_++ == 0) since_ = Clock::now();
        }
    }
    // It was taken, or this node decides.
    if (!done) return filled_.notify_one();
    ++counts_.late;
    done(limits_->requests.take(user, Clock::now()));
}

void SharedRates::tell(whispr::UserId user, Uses uses) {
    if (!usable_) return;
    bool first = false;  // the thread waits for it
    {
        const std::lock_guard lock(mutex_);
        const auto at = entries_.find(user);
        if (at == entries_.end() && entries_.size() >= most_waiting) return;
        first = entries_.empty() || (uses.messages > 0 && !soon_);
        soon_ = soon_ || uses.messages > 0;
        Entry& entry = at == entries_.end() ? entries_[user] : at->second;
        entry.untold.requests += uses.requests;
        entry.untold.messages += uses.messages;
    }
    if (first) filled_.notify_one();
}

void SharedRates::work() {
    while (true) {
        Batch batch;
        {
            std::unique_lock lock(mutex_);
            const auto asked = [this] { return stopping_ || waiting_ > 0; };
            if (usable_) {
                filled_.wait_for(lock, between_probes,
                                 [this] { return stopping_ || !entries_.empty(); });
                filled_.wait_until(lock, began_ + between_requests,
                                   [&] { return asked() || soon_; });
                filled_.wait_until(lock, began_ + between_messages, asked);
            } else {
                filled_.wait_for(lock, between_attempts, [this] { return stopping_; });
            }
            if (stopping_) break;
            batch = take_batch();
        }
        exchange(std::move(batch));
    }
    fall_back({}, {whispr::Errc::unavailable, "this node stops", {}});
}

SharedRates::Batch SharedRates::take_batch() {
    Batch batch;
    batch.since = std::exchange(since_, Clock::time_point::max());
    if (waiting_ == 0) began_ = Clock::now();
    soon_ = false;
    // Those who wait come first.
    for (const bool waits : {true, false}) {
        if (waits && waiting_ == 0) continue;
        for (auto at = entries_.begin();
             at != entries_.end() && batch.users.size() < most_at_once;) {
            if (waits && at->second.waiting.empty()) {
                ++at;
                continue;
            }
            waiting_ -= at->second.waiting.size();
            batch.users.push_back(at->first);
            batch.entries.push_back(std::move(at->second));
            at = entries_.erase(at);
        }
    }
    if (waiting_ > 0) since_ = batch.since;
    return batch;
}

void SharedRates::exchange(Batch batch) {
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < batch.users.size(); ++i) {
        const Entry& entry = batch.entries[i];
        keys.push_back(rates_key(prefix_, batch.users[i].to_string()));
        for (const std::size_t number : {entry.untold.requests, entry.untold.messages,
                                         entry.waiting.size(), limits_->requests.per_minute()})
            arguments.push_back(std::to_string(number));
    }
    auto longest = deadline;
    if (batch.since != Clock::time_point::max()) {
        longest -= std::chrono::floor<std::chrono::milliseconds>(Clock::now() - batch.since);
        longest = std::max(1ms, longest);
    }
    ++counts_.round_trips;
    const auto numbers = script_->run(keys, arguments, longest);
    if (!numbers) return fall_back(std::move(batch), numbers.error());
    if (numbers->size() != answers * batch.users.size())
        return fall_back(std::move(batch), {whispr::Errc::unavailable, "a wrong answer", {}});
    if (!usable_) say(true, "limits are counted together with other nodes");
    {
        const std::lock_guard lock(mutex_);
        usable_ = !stopping_;
    }
    for (std::size_t i = 0; i < batch.users.size(); ++i)
        learn(batch.users[i], batch.entries[i], numbers->data() + answers * i);
}

void SharedRates::learn(whispr::UserId user, Entry& entry, const std::int64_t* numbers) {
    const auto granted = static_cast<std::size_t>(numbers[0]);
    const auto requests = static_cast<std::size_t>(numbers[1]);
    const auto messages = static_cast<std::size_t>(numbers[2]);
    const auto now = Clock::now();
    for (std::size_t i = 0; i < granted; ++i)
        limits_->requests.add(user, now);
    Uses untold;
    {
        const std::lock_guard lock(mutex_);
        const auto at = entries_.find(user);
        if (at != entries_.end()) untold = at->second.untold;
    }
    limits_->requests.learn(user, requests, untold.requests, now);
    limits_->messages.learn(user, messages, untold.messages, now);
    const std::size_t limit = limits_->requests.per_minute();
    for (std::size_t i = 0; i < entry.waiting.size(); ++i) {
        RateLimit::Verdict verdict{i < granted, limit, 0, {}};
        // The first of them came when the later ones were not counted yet.
        const std::size_t used = requests - granted + i + 1;
        if (verdict.allowed) verdict.remaining = limit > used ? limit - used : 0;
        if (!verdict.allowed) verdict.retry_after = std::chrono::seconds(numbers[3]);
        entry.waiting[i](verdict);
    }
}

// What was told last may have been counted, and may not: nothing is told twice.
void SharedRates::fall_back(Batch batch, const whispr::Error& why) {
    std::unordered_map<whispr::UserId, Entry> left;
    const bool was_usable = usable_;
    {
        const std::lock_guard lock(mutex_);
        usable_ = false;
        left.swap(entries_);
        waiting_ = 0;
        since_ = Clock::time_point::max();
    }
    if (was_usable) {
        limits_->requests.unlearn();
        limits_->messages.unlearn();
        say(false, "limits are counted on this node alone: " + why.text);
    }
    for (std::size_t i = 0; i < batch.users.size(); ++i)
        decide_here(batch.users[i], batch.entries[i]);
    for (auto& [user, entry] : left)
        decide_here(user, entry);
}

void SharedRates::decide_here(whispr::UserId user, Entry& entry) {
    for (Done& done : entry.waiting) {
        ++counts_.late;
        done(limits_->requests.take(user, Clock::now()));
    }
}

// A Redis at the edge of its strength would fill the log.
void SharedRates::say(bool usable, const std::string& text) {
    const auto now = Clock::now();
    if (said_ != Clock::time_point{} && now - said_ < between_words) return;
    said_ = now;
    log_.write(usable ? edge::LogLevel::info : edge::LogLevel::warn, "rates", {{"text", text}});
}

}  // namespace whisprd
