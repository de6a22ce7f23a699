// Histories that are read page by page while others write, delete and hide.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

// One reader on the way through a history.
struct Walk {
    enum class Way { back_by_number, back_by_time, forward_by_number, forward_by_time, outwards };

    Way way = Way::back_by_number;
    UserId reader{};
    PageRequest request{};
    std::vector<Message> found{};      // newest first
    std::set<Mseq> seen_throughout{};  // could be seen when it began, and ever since
    bool older = true;                 // there is more to ask for in this direction
    bool newer = true;

    [[nodiscard]] bool forward() const {
        return way == Way::forward_by_number || way == Way::forward_by_time;
    }
    [[nodiscard]] bool done() const { return !older && !newer; }
};

class Library {
 public:
    explicit Library(std::uint32_t seed) : random_(seed) {
        for (int i = 0; i < 40; ++i)
            write();
    }

    void run(int steps) {
        for (int step = 0; step < steps; ++step) {
            change();
            if (walks_.size() < 4) begin();
            Walk& walk = walks_[below(walks_.size())];
            turn_page(walk);
            if (!walk.done()) continue;
            check(walk);
            ++walked_;
            walks_.erase(walks_.begin() + (&walk - walks_.data()));
        }
    }
    [[nodiscard]] int walked() const { return walked_; }

 private:
    std::size_t below(std::size_t bound) { return random_() % bound; }
    UserId somebody() { return below(2) == 0 ? alice : bob; }

    void write() {
        SendMessage command;
        command.conversation = id_;
        command.content = std::to_string(all_.size());
        if (below(6) == 0) command.ttl = std::chrono::seconds(1 + below(40));
        all_.push_back(*on_.send(somebody(), std::move(command)).value().message);
    }

    void change() {
        const auto dice = below(8);
        if (dice < 4) write();
        if (dice == 4) on_.clock->advance(std::chrono::milliseconds(below(3'000)));
        if (dice > 4 && dice < 7) {
            DeleteMessage removal;
            removal.message = all_[below(all_.size())].id;
            removal.for_everyone = dice == 5;
            (void)on_.remove(somebody(), removal).result();
        }
        for (Walk& walk : walks_)
            std::erase_if(walk.seen_throughout,
                          [&](Mseq mseq) { return !sees(walk.reader, mseq); });
    }

    bool sees(UserId reader, Mseq mseq) {
        const auto shown = on_.show(reader, all_[static_cast<std::size_t>(mseq) - 1].id).result();
        return shown && !shown->deleted;
    }

    void begin() {
        Walk walk;
        walk.way = static_cast<Walk::Way>(below(5));
        walk.reader = somebody();
        walk.request.conversation = id_;
        walk.request.limit = 1 + below(9);
        for (const Message& message : all_) {
            if (sees(walk.reader, message.mseq)) walk.seen_throughout.insert(message.mseq);
        }
        if (walk.way == Walk::Way::forward_by_number) walk.request.after_mseq = 0;
        if (walk.way == Walk::Way::forward_by_time) walk.request.after = Time::min();
        (walk.forward() ? walk.older : walk.newer) = walk.way == Walk::Way::outwards;
        if (walk.way == Walk::Way::outwards) {
            const auto middle =
                std::next(walk.seen_throughout.begin(),
                          static_cast<std::ptrdiff_t>(below(walk.seen_throughout.size())));
            walk.request.around = all_[static_cast<std::size_t>(*middle) - 1].id;
        }
        walks_.push_back(std::move(walk));
    }

    void turn_page(Walk& walk) {
        const bool first_outwards = walk.request.around.has_value();
        const bool upwards = walk.forward() || (!walk.older && walk.newer && !first_outwards);
        const auto answer = on_.page(walk.reader, walk.request);
        if (first_outwards && !answer.result()) {
            // The message in the middle went before its page was asked for.
            walk.seen_throughout.clear();
            walk.older = walk.newer = false;
            return;
        }
        const auto page = answer.value();
        CHECK(page.messages.size() <= walk.request.limit);
        walk.found.insert(upwards ? walk.found.begin() : walk.found.end(), page.messages.begin(),
                          page.messages.end());
        if (first_outwards) {
            walk.older = page.has_more;
            walk.newer = page.has_newer;
        } else {
            (upwards ? walk.newer : walk.older) = page.has_more;
        }
        if (walk.done()) return;
        REQUIRE_FALSE(walk.found.empty());
        aim(walk);
    }

    // The request for the page that follows what was found.
    static void aim(Walk& walk) {
        PageRequest next;
        next.conversation = walk.request.conversation;
        next.limit = walk.request.limit;
        const bool by_time =
            walk.way == Walk::Way::back_by_time || walk.way == Walk::Way::forward_by_time;
        if (walk.older && !walk.forward()) {
            if (by_time) next.before = walk.found.back().sent_at;
            if (!by_time) next.before_mseq = walk.found.back().mseq;
        } else {
            if (by_time) next.after = walk.found.front().sent_at;
            if (!by_time) next.after_mseq = walk.found.front().mseq;
        }
        walk.request = next;
    }

    void check(const Walk& walk) const {
        CAPTURE(static_cast<int>(walk.way));
        std::set<Mseq> found;
        for (std::size_t i = 0; i < walk.found.size(); ++i) {
            const Message& message = walk.found[i];
            found.insert(message.mseq);
            CHECK(message.id == all_[static_cast<std::size_t>(message.mseq) - 1].id);
            // In order, so nothing comes twice.
            if (i > 0) CHECK(message.mseq < walk.found[i - 1].mseq);
        }
        CHECK(std::includes(found.begin(), found.end(), walk.seen_throughout.begin(),
                            walk.seen_throughout.end()));
    }

    InlineEngine on_;
    const ConversationId id_ = on_.direct(alice, bob);
    std::mt19937 random_;
    std::vector<Message> all_;
    std::vector<Walk> walks_;
    int walked_ = 0;
};

}  // namespace

TEST_CASE("a history that is read while others write is whole and in order", "[property]") {
    int walked = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        Library library(seed);
        library.run(400);
        walked += library.walked();
    }
    // The runs were worth it.
    CHECK(walked > 50);
}

TEST_CASE("a list of conversations read by offset repeats what moved and loses nothing else",
          "[property]") {
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        InlineEngine on;
        std::vector<ConversationId> all;
        for (std::uint64_t i = 0; i < 30; ++i) {
            all.push_back(on.direct(alice, member_number(i + 1)));
            on.clock->advance(std::chrono::seconds(1));
        }
        std::set<ConversationId> moved;
        std::vector<ConversationId> found;
        ListConversations request;
        request.limit = 4;
        for (bool more = true; more;) {
            const auto list = on.list(alice, request).value();
            for (const auto& conversation : list.conversations)
                found.push_back(conversation.id);
            more = list.has_more;
            request.offset += list.conversations.size();
            const ConversationId busy = all[random() % all.size()];
            on.sent(alice, busy, "moves to the front");
            moved.insert(busy);
        }
        std::vector<ConversationId> still;
        for (const ConversationId id : found) {
            const bool repeated = std::find(still.begin(), still.end(), id) != still.end();
            if (!moved.contains(id) && !repeated) still.push_back(id);
        }
        std::vector<ConversationId> expected(all.rbegin(), all.rend());
        std::erase_if(expected, [&](ConversationId id) { return moved.contains(id); });
        CHECK(still == expected);
    }
}
