#include "import/verify.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>

#include "import/source_cursor.hpp"
#include "import/verify_queries.hpp"
#include "import/verify_target.hpp"

namespace whispr_cli {

using namespace whispr;

namespace {

constexpr std::size_t conversations_at_once = 500;
constexpr Mseq messages_at_once = 100;
constexpr std::size_t pairs_at_once = 500;
/// More differences are counted, not listed.
constexpr std::size_t listed_differences = 100;

class Verification {
 public:
    Verification(Source& source, Storage& target, ReadStorage& reader, Time now, std::ostream& out)
        : source_(source), target_(target), answers_(reader, now), now_(now), out_(out) {}

    Result<int> run() {
        if (auto done = conversations(); !done) return done.error();
        if (auto done = pairs(); !done) return done.error();
        if (auto done = reports(); !done) return done.error();
        if (auto done = sender_keys(); !done) return done.error();
        if (source_.failure()) return *source_.failure();
        out_ << "compared " << conversations_ << " conversations, " << messages_ << " messages: ";
        if (differences_ == 0) {
            out_ << "no differences\n";
            return 0;
        }
        out_ << differences_ << " differences\n";
        return 1;
    }

 private:
    struct Streams;

    /// Lines of both sides about the same things, in any order.
    void compare(const std::string& about, Lines& expected, Lines& found) {
        // A source that has failed looks as if it had no more rows.
        if (source_.failure()) return;
        std::sort(expected.begin(), expected.end());
        std::sort(found.begin(), found.end());
        Lines only;
        std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                            std::back_inserter(only));
        for (const std::string& line : only)
            differs(about, "only in the source: " + line);
        only.clear();
        std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                            std::back_inserter(only));
        for (const std::string& line : only)
            differs(about, "only in the target: " + line);
        expected.clear();
        found.clear();
    }

    void differs(const std::string& about, const std::string& how) {
        if (differences_++ < listed_differences) out_ << about << ": " << how << '\n';
    }

    /// Lines of the conversation; drops those of conversations before it. `ask` adds the target's.
    template <class Ask>
    Result<void> rows_of(SourceCursor& cursor, ConversationId conversation, int line, Ask ask) {
        for (; !cursor.done(); cursor.next()) {
            const auto of = cursor.row().id<ConversationId>(0);
            if (conversation < of) return {};
            if (of < conversation) continue;
            expected_.push_back(cursor.row().string(line));
            if (Result<void> asked = ask(cursor.row()); !asked) return asked;
        }
        return {};
    }

    Result<void> conversations();
    Result<void> conversation(Streams& streams, ConversationId id);
    Result<void> messages(Streams& streams, ConversationId id, const std::string& about);
    Result<void> belongings(Streams& streams, ConversationId id);
    Result<void> pairs();
    Result<void> reports();
    Result<void> sender_keys();

    Source& source_;
    Storage& target_;
    TargetAnswers answers_;
    const Time now_;
    std::ostream& out_;
    Lines expected_;
    Lines found_;
    std::uint64_t conversations_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t differences_ = 0;
};

struct Verification::Streams {
    Streams(Source& source, const ConversationRange& range, Time now)
        : conversations(source, "conversations_v", answers::conversations(range)),
          members(source, "members_v", answers::members(range, now)),
          messages(source, "messages_v", answers::messages(range)),
          reactions(source, "reactions_v", answers::reactions(range)),
          attachments(source, "attachments_v", answers::attachments(range)),
          hidden(source, "hidden_v", answers::hidden(range)),
          pins(source, "pins_v", answers::pins(range)),
          sanctions(source, "sanctions_v", answers::sanctions(range, now)),
          drafts(source, "drafts_v", answers::drafts(range)),
          schedules(source, "schedules_v", answers::schedules(range)) {}

    SourceCursor conversations;
    SourceCursor members;
    SourceCursor messages;
    SourceCursor reactions;
    SourceCursor attachments;
    SourceCursor hidden;
    SourceCursor pins;
    SourceCursor sanctions;
    SourceCursor drafts;
    SourceCursor schedules;
};

Result<void> Verification::conversations() {
    std::optional<ConversationId> last;
    for (;;) {
        const Answer answer =
            source_.ask(next_conversations_query(last ? &*last : nullptr, conversations_at_once));
        if (!answer || PQntuples(answer.get()) == 0) return {};
        const ConversationRange range{
            SourceRow(answer.get(), 0).id<ConversationId>(0),
            SourceRow(answer.get(), PQntuples(answer.get()) - 1).id<ConversationId>(0)};
        last = range.last;
        Streams streams(source_, range, now_);
        for (; !streams.conversations.done(); streams.conversations.next()) {
            const auto id = streams.conversations.row().id<ConversationId>(0);
            if (auto done = conversation(streams, id); !done) return done;
        }
    }
}

Result<void> Verification::conversation(Streams& streams, ConversationId id) {
    const std::string about = "conversation " + id.to_string();
    ++conversations_;
    expected_.push_back(streams.conversations.row().string(1));
    const auto there = answers_.conversation(id, found_);
    if (!there) return there.error();
    if (!*there) {
        compare(about, expected_, found_);
        return {};
    }
    auto done = rows_of(streams.members, id, 2, [&](const SourceRow& row) {
        return answers_.member(row.id<UserId>(1), found_);
    });
    if (!done) return done;
    compare(about, expected_, found_);
    if (done = messages(streams, id, about); !done) return done;
    if (done = belongings(streams, id); !done) return done;
    compare(about, expected_, found_);
    return {};
}

Result<void> Verification::messages(Streams& streams, ConversationId id, const std::string& about) {
    const auto take_on = [&](SourceCursor& cursor, const std::set<MessageId>& wanted) {
        for (; !cursor.done(); cursor.next()) {
            const auto of = cursor.row().id<ConversationId>(0);
            if (id < of || (of == id && !wanted.contains(cursor.row().id<MessageId>(1)))) return;
            if (of == id) expected_.push_back(cursor.row().string(2));
        }
    };
    for (Mseq first = 1;; first += messages_at_once) {
        std::set<MessageId> slice;
        for (; !streams.messages.done() && slice.size() < messages_at_once;
             streams.messages.next()) {
            const SourceRow row = streams.messages.row();
            const auto of = row.id<ConversationId>(0);
            if (id < of) break;
            if (of < id) continue;
            slice.insert(row.id<MessageId>(1));
            expected_.push_back(row.string(2));
        }
        if (slice.empty()) return {};
        messages_ += slice.size();
        take_on(streams.reactions, slice);
        take_on(streams.attachments, slice);
        const Mseq last = first + static_cast<Mseq>(slice.size()) - 1;
        if (auto done = answers_.messages(first, last, found_); !done) return done;
        compare(about, expected_, found_);
    }
}

Result<void> Verification::belongings(Streams& streams, ConversationId id) {
    const auto nothing = [](const SourceRow&) { return Result<void>{}; };
    auto done = rows_of(streams.hidden, id, 3, [&](const SourceRow& row) {
        return answers_.hidden(row.id<MessageId>(1), row.id<UserId>(2), found_);
    });
    if (done) done = rows_of(streams.pins, id, 2, nothing);
    if (done) done = answers_.pins(found_);
    if (done) done = rows_of(streams.sanctions, id, 1, nothing);
    if (done) done = answers_.sanctions(found_);
    if (done) {
        done = rows_of(streams.drafts, id, 2, [&](const SourceRow& row) {
            return answers_.draft(row.id<UserId>(1), found_);
        });
    }
    std::set<std::pair<UserId, ScheduleStatus>> asked;
    if (done) {
        done = rows_of(streams.schedules, id, 3, [&](const SourceRow& row) {
            const auto sender = row.id<UserId>(1);
            const auto status = parse_schedule_status(row.text(2)).value_or(ScheduleStatus::failed);
            if (!asked.emplace(sender, status).second) return Result<void>{};
            return answers_.schedules(sender, status, found_);
        });
    }
    return done;
}

Result<void> Verification::pairs() {
    auto lane = target_.open_lane();
    if (!lane) return lane.error();
    SourceCursor cursor(source_, "pairs_v", pairs_query());
    const auto pair_line = [](const UserPair& pair, ConversationId id) {
        return pair.lo.to_string() + ' ' + pair.hi.to_string() + ' ' + id.to_string();
    };
    while (!cursor.done()) {
        LockKeys keys;
        for (; !cursor.done() && keys.pairs.size() < pairs_at_once; cursor.next()) {
            const SourceRow row = cursor.row();
            keys.pairs.push_back({row.id<UserId>(0), row.id<UserId>(1)});
            expected_.push_back(pair_line(keys.pairs.back(), row.id<ConversationId>(2)));
        }
        const auto locked = (*lane)->begin(keys);
        if (!locked) return locked.error();
        for (const auto& [pair, id] : locked->pairs)
            found_.push_back(pair_line(pair, id));
        (*lane)->rollback();
        compare("the direct conversation of two users", expected_, found_);
    }
    return {};
}

Result<void> Verification::reports() {
    SourceCursor cursor(source_, "reports_v", answers::reports());
    for (; !cursor.done(); cursor.next()) {
        const auto id = cursor.row().id<ReportId>(0);
        expected_.push_back(cursor.row().string(1));
        if (auto done = answers_.report(id, found_); !done) return done;
        compare("report " + id.to_string(), expected_, found_);
    }
    return {};
}

Result<void> Verification::sender_keys() {
    SourceCursor cursor(source_, "keys_v", answers::sender_keys());
    for (; !cursor.done(); cursor.next()) {
        const auto user = cursor.row().id<UserId>(0);
        expected_.push_back(cursor.row().string(1));
        if (auto done = answers_.sender_keys(user, found_); !done) return done;
        compare("user " + user.to_string(), expected_, found_);
    }
    return {};
}

}  // namespace

Result<int> verify(Source& source, Storage& target, Time now, std::ostream& out) {
    const auto reader = target.open_reader();
    if (!reader) return reader.error();
    return Verification(source, target, **reader, now, out).run();
}

}  // namespace whispr_cli
