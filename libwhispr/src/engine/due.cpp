#include "engine/due.hpp"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "engine/core.hpp"
#include "engine/inside_engine.hpp"
#include "messages/expire_message.hpp"
#include "schedules/dispatch_schedule.hpp"

namespace whispr {

namespace {

/// Of each kind in one look: small enough to leave the lanes to the users, and more follow at once.
constexpr std::size_t most_at_once = 100;
constexpr std::chrono::seconds longest_sleep{60};
constexpr std::chrono::seconds first_pause{1};

/// The command may succeed when it is tried again.
bool passes(Errc code) noexcept {
    return code == Errc::unavailable || code == Errc::overloaded || code == Errc::outcome_unknown ||
           code == Errc::closed;
}

}  // namespace

/// What one look found.
struct Due::Work {
    std::vector<DueSchedule> schedules;
    std::vector<ExpiredMessage> messages;
    std::optional<Time> next;
};

/// The commands of one look. When the last of them is answered, or dropped, the round is over.
class Due::Round : public std::enable_shared_from_this<Due::Round> {
 public:
    explicit Round(std::weak_ptr<Due> due) : due_(std::move(due)) {}
    ~Round() {
        if (const auto due = due_.lock()) due->end_round(progress_);
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    void dispatch(Core& core, const DueSchedule& due) {
        core.submit_taken(
            make_dispatch(due, MessageId{core.new_id()}, core.limits(), core.contacts(),
                          [self = shared_from_this(), &core, due](const Result<bool>& changed) {
                              self->note(changed);
                              if (!changed && !passes(changed.error().code))
                                  self->give_up(core, due);
                          }));
    }
    void expire(Core& core, const ExpiredMessage& message) {
        core.submit_taken(make_expire(
            message,
            [self = shared_from_this()](const Result<bool>& changed) { self->note(changed); }));
    }

 private:
    // What the database takes in no form must not be tried for ever.
    void give_up(Core& core, const DueSchedule& due) {
        core.submit_taken(make_give_up(
            due,
            [self = shared_from_this()](const Result<bool>& changed) { self->note(changed); }));
    }
    void note(const Result<bool>& changed) noexcept {
        if (changed && *changed) progress_ = true;
    }

    const std::weak_ptr<Due> due_;
    std::atomic<bool> progress_{false};
};

void Due::start() {
    {
        const MutexLock lock(mutex_);
        looking_ = true;
    }
    look();
}

void Due::look() {
    auto answer = [weak = weak_from_this()](const Result<Work>& found) {
        if (const auto self = weak.lock()) self->begin_round(found);
    };
    core_.read(Completion<Work>(std::move(answer)),
               [&core = core_](ReadStorage& storage) -> Result<Work> {
                   const ConceptReaders readers = storage.concepts();
                   const Time now = core.now();
                   Work work;
                   auto schedules = readers.due.due_schedules(now, most_at_once);
                   if (!schedules) return schedules.error();
                   work.schedules = *std::move(schedules);
                   auto messages = readers.due.expired_messages(now, most_at_once);
                   if (!messages) return messages.error();
                   work.messages = *std::move(messages);
                   const auto next = readers.due.next_due();
                   if (!next) return next.error();
                   work.next = *next;
                   return work;
               });
}

void Due::begin_round(const Result<Work>& found) {
    if (!found) return pause();
    const bool nothing = found->schedules.empty() && found->messages.empty();
    // What is due, but was not found, is looked for again, though not at once.
    if (nothing && found->next && *found->next <= core_.now()) return pause();
    if (nothing) return sleep(found->next);
    const auto round = std::make_shared<Round>(weak_from_this());
    for (const DueSchedule& schedule : found->schedules) {
        round->dispatch(core_, schedule);
    }
    for (const ExpiredMessage& message : found->messages) {
        round->expire(core_, message);
    }
}

void Due::end_round(bool progress) {
    if (!progress || core_.closing()) return pause();
    {
        const MutexLock lock(mutex_);
        pause_ = std::chrono::seconds(0);
    }
    look();
}

void Due::sleep(std::optional<Time> next) {
    std::chrono::microseconds delay = longest_sleep;
    if (next) delay = std::min(delay, *next - core_.now());
    {
        const MutexLock lock(mutex_);
        pause_ = std::chrono::seconds(0);
    }
    end_look(delay);
}

void Due::pause() {
    std::chrono::microseconds delay{0};
    {
        const MutexLock lock(mutex_);
        pause_ = std::clamp(pause_ * 2, first_pause, longest_sleep);
        delay = pause_;
    }
    end_look(delay);
}

void Due::end_look(std::chrono::microseconds delay) {
    const Time now = core_.now();
    std::uint64_t timer = 0;
    {
        const MutexLock lock(mutex_);
        if (expected_) delay = std::min(delay, *expected_ - now);
        expected_.reset();
        looking_ = false;
        wakes_at_ = now + delay;
        timer = ++timer_;
    }
    arm(timer, delay);
}

void Due::expect(Time moment) {
    const Time now = core_.now();
    std::uint64_t timer = 0;
    {
        const MutexLock lock(mutex_);
        if (looking_) {
            expected_ = expected_ ? std::min(*expected_, moment) : moment;
            return;
        }
        if (moment >= wakes_at_) return;
        wakes_at_ = moment;
        timer = ++timer_;
    }
    arm(timer, moment - now);
}

void Due::arm(std::uint64_t timer, std::chrono::microseconds delay) {
    core_.executor().run_after(std::max(delay, std::chrono::microseconds(1)),
                               [weak = weak_from_this(), timer] {
                                   if (const auto self = weak.lock()) self->wake(timer);
                               });
}

void Due::wake(std::uint64_t timer) {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    {
        const MutexLock lock(mutex_);
        if (timer != timer_ || looking_) return;
        looking_ = true;
    }
    // A reader may refuse at once, and that must not make closing wait for us.
    const InsideEngine inside;
    look();
}

void Due::close() {
    timers_.close();
}

}  // namespace whispr
