// Puts the changes of each conversation in the order of their numbers, wherever they come from:
// this node's own commits, or other nodes. A change that comes too early waits for those before it.
// Not thread-safe; the cluster guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "whispr/events.hpp"

namespace whispr {

/// Changes of a conversation that have not come, while later ones have.
struct Hole {
    ConversationId conversation;
    Eseq told = 0;                ///< everything up to this was told; by time: about where that is
    Time told_at{};               ///< when that was stored
    std::vector<Eseq> here{};     ///< what waits behind it, in order
    bool by_time = false;         ///< only what was stored after told_at is missing
    std::uint64_t beginning = 0;  ///< how often the conversation had begun anew
};

class EventOrder {
 public:
    /// Takes events and adds to `ready` what can be told now. What was told already is dropped.
    /// `unsure`: since then something may not have come, of conversations that nothing is known of,
    /// too.
    void admit(Events events, Time now, Events& ready, std::optional<Time> unsure = {});
    /// Those whose waiting events came before `since`.
    [[nodiscard]] std::vector<Hole> holes(Time since) const;
    /// Where a conversation is, as if it had a hole; nothing when it is not known.
    [[nodiscard]] std::optional<Hole> place(ConversationId conversation) const;
    /// From now on the numbers may mean something else: the store lost its newest changes and gave
    /// their numbers out again. What was stored after the last told one is missing.
    void begin_anew();
    /// False when the conversation has begun anew since: what was read for the hole leaves out what
    /// waits no more.
    [[nodiscard]] bool still_is(const Hole& hole) const;
    /// Tells what was read for a hole together with what waited: afterwards everything up to `upto`
    /// was told.
    void fill(ConversationId conversation, Events found, Eseq upto, Time now, Events& ready);
    /// Conversations that nothing came of since.
    void forget(Time since);
    [[nodiscard]] bool waiting() const noexcept { return waiting_ > 0; }
    [[nodiscard]] std::vector<ConversationId> known() const;

 private:
    struct Waiting {
        Eseq eseq = 0;
        Events events{};  ///< of one change
    };
    struct Track {
        Eseq first = 0;  ///< the first number that came
        Eseq told = 0;
        Time told_at{};
        Time begun{};
        Time seen{};
        Time waits_since{};
        std::vector<Waiting> waiting{};  ///< by number
        std::vector<Eseq> late{};        ///< numbers before the first that have been told
        /// Nothing is known of the numbers but that they were near this one; only told_at counts.
        std::optional<Eseq> anew{};
        std::uint64_t beginning = 0;
    };
    void begin_anew(Track& track);
    void wait(Track& track, Events unit, Time now);
    void take(Track& track, bool fresh, Events unit, Time now, Events& ready);
    void tell(Track& track, Events unit, Events& ready);
    void drain(Track& track, Events& ready);

    std::unordered_map<ConversationId, Track> tracks_;
    std::size_t waiting_ = 0;
};

}  // namespace whispr
