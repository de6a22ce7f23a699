// What the engine does by itself when its moment has come: it sends scheduled messages, and buries
// messages whose time is over. It looks into storage, hands what is due to the lanes, and sleeps
// until the next moment; commands tell it when they bring a nearer one. It sleeps a minute at most,
// because other processes may write to the same store, and clocks are set.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/mutex.hpp"
#include "engine/timer_gate.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

class Due : public std::enable_shared_from_this<Due> {
 public:
    explicit Due(Core& core) : core_(core) {}

    /// Looks for the first time. Once, when lanes and readers are there.
    void start();
    /// Something will be due at that moment. Any thread.
    void expect(Time moment);
    /// No timer does anything after this. Waits for one that is at work.
    void close();

 private:
    struct Work;
    class Round;

    void look();
    void begin_round(const Result<Work>& found);
    void end_round(bool progress);
    /// Until `next`, when nothing is due before.
    void sleep(std::optional<Time> next);
    /// After a round that brought nothing: longer each time, as the database may be down.
    void pause();
    /// Sleeps for so long, or until what was expected meanwhile.
    void end_look(std::chrono::microseconds delay);
    void arm(std::uint64_t timer, std::chrono::microseconds delay);
    void wake(std::uint64_t timer);

    Core& core_;
    TimerGate timers_;
    Mutex mutex_;
    bool looking_ WHISPR_GUARDED_BY(mutex_) = false;
    std::optional<Time> expected_ WHISPR_GUARDED_BY(mutex_);  ///< told while a look was under way
    Time wakes_at_ WHISPR_GUARDED_BY(mutex_){};               ///< by the newest timer
    std::uint64_t timer_ WHISPR_GUARDED_BY(mutex_) = 0;       ///< older ones find nothing to do
    std::chrono::seconds pause_ WHISPR_GUARDED_BY(mutex_){0};
};

}  // namespace whispr
