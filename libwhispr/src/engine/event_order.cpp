#include "engine/event_order.hpp"

#include <algorithm>
#include <iterator>

namespace whispr {

namespace {

/// The first change that is seen of a conversation may have been overtaken by the ones before it.
constexpr std::chrono::seconds late_at_first{1};
/// A change with a number that was told already, stored so long after what was told last, is not
/// the one that was told.
constexpr std::chrono::seconds too_late_for_its_number{1};

/// The time that the store keeps of a change: the messages of one batch are a microsecond apart.
Time stored_at(const Event& event) {
    const auto later = [&](const std::shared_ptr<const Message>& message) {
        return message ? std::max({event.at, message->sent_at, message->updated_at}) : event.at;
    };
    if (const auto* created = std::get_if<MessageCreated>(&event.what))
        return later(created->message);
    if (const auto* edited = std::get_if<MessageEdited>(&event.what)) return later(edited->message);
    return event.at;
}

}  // namespace

void EventOrder::admit(Events events, Time now, Events& ready, std::optional<Time> unsure) {
    for (auto event = events.begin(); event != events.end();) {
        if (event->eseq == 0) {
            ready.push_back(std::move(*event++));
            continue;
        }
        // One change may be told by several events.
        const auto end = std::find_if(event, events.end(), [&](const Event& other) {
            return other.eseq != event->eseq || other.conversation != event->conversation;
        });
        const ConversationId conversation = event->conversation;
        Events unit(std::make_move_iterator(event), std::make_move_iterator(end));
        event = end;
        auto [at, fresh] = tracks_.try_emplace(conversation);
        const Eseq eseq = unit.front().eseq;
        if (fresh && unsure && eseq > 1) {
            // What came before it is missing, perhaps.
            at->second.begun = now;
            at->second.told_at = *unsure;
            at->second.anew = eseq - 1;
            fresh = false;
        }
        take(at->second, fresh, std::move(unit), now, ready);
    }
}

void EventOrder::take(Track& track, bool fresh, Events unit, Time now, Events& ready) {
    const Eseq eseq = unit.front().eseq;
    track.seen = now;
    if (fresh) {
        track.first = eseq;
        track.begun = now;
        return tell(track, std::move(unit), ready);
    }
    if (eseq <= track.told && stored_at(unit.front()) > track.told_at + too_late_for_its_number)
        begin_anew(track);
    if (track.anew) {
        if (stored_at(unit.front()) > track.told_at) wait(track, std::move(unit), now);
        return;
    }
    if (eseq < track.first) {
        const bool told = std::find(track.late.begin(), track.late.end(), eseq) != track.late.end();
        if (told || now - track.begun > late_at_first) return;
        track.late.push_back(eseq);
        std::move(unit.begin(), unit.end(), std::back_inserter(ready));
        return;
    }
    if (eseq <= track.told) return;
    if (eseq == track.told + 1) {
        tell(track, std::move(unit), ready);
        return drain(track, ready);
    }
    wait(track, std::move(unit), now);
}

void EventOrder::wait(Track& track, Events unit, Time now) {
    const Eseq eseq = unit.front().eseq;
    const auto at = std::lower_bound(track.waiting.begin(), track.waiting.end(), eseq,
                                     [](const Waiting& w, Eseq number) { return w.eseq < number; });
    if (at != track.waiting.end() && at->eseq == eseq) {
        // The number of a change that was lost may have been given to another one.
        if (stored_at(unit.front()) > stored_at(at->events.front())) at->events = std::move(unit);
        return;
    }
    if (track.waiting.empty()) track.waits_since = now;
    track.waiting.insert(at, {eseq, std::move(unit)});
    ++waiting_;
}

void EventOrder::tell(Track& track, Events unit, Events& ready) {
    track.told = unit.front().eseq;
    track.told_at = std::max(track.told_at, stored_at(unit.front()));
    std::move(unit.begin(), unit.end(), std::back_inserter(ready));
}

void EventOrder::begin_anew() {
    for (auto& [conversation, track] : tracks_)
        begin_anew(track);
}

void EventOrder::begin_anew(Track& track) {
    waiting_ -= track.waiting.size();
    track.waiting.clear();
    track.late.clear();
    ++track.beginning;
    if (!track.anew) track.anew = track.told;
    track.first = track.told = 0;
}

void EventOrder::drain(Track& track, Events& ready) {
    auto next = track.waiting.begin();
    for (; next != track.waiting.end() && next->eseq <= track.told + 1; ++next) {
        if (next->eseq == track.told + 1) tell(track, std::move(next->events), ready);
        --waiting_;
    }
    track.waiting.erase(track.waiting.begin(), next);
}

std::vector<Hole> EventOrder::holes(Time since) const {
    std::vector<Hole> holes;
    if (waiting_ == 0) return holes;
    for (const auto& [conversation, track] : tracks_) {
        if (!track.waiting.empty() && track.waits_since <= since)
            holes.push_back(*place(conversation));
    }
    return holes;
}

std::optional<Hole> EventOrder::place(ConversationId conversation) const {
    const auto at = tracks_.find(conversation);
    if (at == tracks_.end()) return std::nullopt;
    const Track& track = at->second;
    Hole hole{
        conversation, track.anew.value_or(track.told), track.told_at, {}, track.anew.has_value()};
    hole.beginning = track.beginning;
    for (const Waiting& waiting : track.waiting)
        hole.here.push_back(waiting.eseq);
    return hole;
}

bool EventOrder::still_is(const Hole& hole) const {
    const auto at = tracks_.find(hole.conversation);
    return at == tracks_.end() || at->second.beginning == hole.beginning;
}

void EventOrder::fill(ConversationId conversation, Events found, Eseq upto, Time now,
                      Events& ready) {
    const auto [at, fresh] = tracks_.try_emplace(conversation);
    Track& track = at->second;
    if (fresh) track.begun = now;
    track.seen = now;
    // What came while the store was read is the fuller word.
    auto next = found.begin();
    const auto tell_found_before = [&](Eseq eseq) {
        for (; next != found.end() && next->eseq < eseq; ++next) {
            if (next->eseq <= track.told) continue;
            track.told_at = std::max(track.told_at, stored_at(*next));
            ready.push_back(std::move(*next));
        }
    };
    for (auto& waiting : track.waiting) {
        if (waiting.eseq > upto) break;
        tell_found_before(waiting.eseq);
        while (next != found.end() && next->eseq == waiting.eseq)
            ++next;
        if (waiting.eseq > track.told) tell(track, std::move(waiting.events), ready);
    }
    tell_found_before(upto + 1);
    track.told = std::max(track.told, upto);
    track.anew.reset();
    const auto kept = std::find_if(track.waiting.begin(), track.waiting.end(),
                                   [&](const Waiting& w) { return w.eseq > upto; });
    waiting_ -= static_cast<std::size_t>(kept - track.waiting.begin());
    track.waiting.erase(track.waiting.begin(), kept);
    track.waits_since = now;
    drain(track, ready);
}

void EventOrder::forget(Time since) {
    std::erase_if(tracks_, [&](const auto& entry) {
        return entry.second.waiting.empty() && entry.second.seen < since;
    });
}

std::vector<ConversationId> EventOrder::known() const {
    std::vector<ConversationId> ids;
    ids.reserve(tracks_.size());
    for (const auto& [conversation, track] : tracks_)
        ids.push_back(conversation);
    return ids;
}

}  // namespace whispr
