// The same operations on both stores, drawn from a seed: whatever they answer must be the same,
// also after the file was closed and opened again.
#include <algorithm>
#include <map>
#include <random>

#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

template <class SqlStore>
class Differential {
 public:
    explicit Differential(std::uint64_t seed) : random_(seed) {}

    void run(int steps) {
        for (int step = 0; step < steps; ++step) {
            INFO("step " << step);
            write_batch();
            if (step % 3 == 0) read();
            if (step % 97 == 96) {
                memory_.reopen();
                sql_.reopen();
            }
        }
    }

 private:
    /// What the test knows of a conversation, to write plausible changes.
    struct Known {
        ConversationRow row;
        std::map<Mseq, MessageRow> messages;
        std::vector<UserId> members;
    };

    std::uint64_t below(std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_);
    }
    bool one_in(std::uint64_t n) { return below(n) == 0; }
    UserId any_user() { return user(below(users)); }
    Known& any_known() { return known_[below(known_.size())]; }
    Time soon() { return now_ + std::chrono::seconds{below(40)}; }
    Mseq any_mseq(const Known& known) {
        return static_cast<Mseq>(below(static_cast<std::uint64_t>(known.row.mseq) + 2));
    }

    void write_batch() {
        now_ += std::chrono::microseconds{below(3'000'000)};
        memory_.clock().set(now_);
        sql_.clock().set(now_);
        const LockKeys keys = lock_keys();
        const Locked locked = memory_.begin(keys);
        const Locked same = sql_.begin(keys);
        REQUIRE(text(locked) == text(same));
        REQUIRE(text(memory_.load(load_keys(locked))) == text(sql_.load(load_keys(same))));

        ChangeSet changes;
        std::vector<Known> after = known_;
        if (after.size() < 12 && one_in(3)) create(changes, after);
        for (const ConversationRow& row : locked.conversations) {
            const auto known = std::find_if(after.begin(), after.end(),
                                            [&](const Known& k) { return k.row.id == row.id; });
            REQUIRE(known != after.end());
            known->row.no = row.no;
            change(changes, *known);
        }
        if (one_in(2)) changes.users.emplace_back(user(below(users)), Useq{++useq_});
        ChangeSet sql_changes = changes;
        // Each store has its own numbers.
        for (auto* cleared : {&sql_changes.reactions_cleared, &sql_changes.attachments.cleared}) {
            for (MessageKey& key : *cleared)
                key.no = translate(key.no, locked, same);
        }
        finish(changes, sql_changes, std::move(after));
    }

    void finish(const ChangeSet& changes, const ChangeSet& sql_changes, std::vector<Known> after) {
        const bool kept = !one_in(9);
        const Result<void> memory = store(memory_.lane(), changes, kept);
        const Result<void> sql = store(sql_.lane(), sql_changes, kept);
        INFO((memory ? "" : memory.error().text) << " / " << (sql ? "" : sql.error().text));
        // What is given up may not have been looked at.
        if (!kept) return;
        REQUIRE(memory.has_value() == sql.has_value());
        if (!memory) {
            REQUIRE(memory.error().code == sql.error().code);
        } else {
            known_ = std::move(after);
        }
    }

    static Result<void> store(LaneStorage& lane, const ChangeSet& changes, bool kept) {
        Result<void> done = lane.write(changes);
        if (done && kept) done = lane.commit();
        lane.rollback();
        return done;
    }

    static std::int64_t translate(std::int64_t no, const Locked& from, const Locked& to) {
        for (std::size_t i = 0; i < from.conversations.size(); ++i) {
            if (from.conversations[i].no == no) return to.conversations[i].no;
        }
        return no;
    }

    LockKeys lock_keys() {
        LockKeys keys;
        if (known_.empty()) return keys;
        for (std::uint64_t i = below(4); i > 0; --i)
            keys.conversations.push_back(any_known().row.id);
        std::sort(keys.conversations.begin(), keys.conversations.end());
        keys.conversations.erase(std::unique(keys.conversations.begin(), keys.conversations.end()),
                                 keys.conversations.end());
        if (one_in(3)) keys.pairs.push_back(UserPair::of(any_user(), any_user()));
        if (one_in(3)) keys.group_ops.emplace_back(any_user(), id<OpId>(below(6)));
        if (one_in(3)) keys.external_group_ids.push_back(numbered(below(6)));
        return keys;
    }

    LoadKeys load_keys(const Locked& locked) {
        LoadKeys keys;
        // Drawn by the conversation, so that both stores are asked the same.
        for (const ConversationRow& row : locked.conversations) {
            std::mt19937_64 random(row.id.uuid.bytes[15] + static_cast<std::uint64_t>(row.eseq));
            const UserId who = user(random() % users);
            keys.members_of.push_back(row.no);
            keys.own.push_back({row.no, who});
            keys.users.push_back(who);
            for (Mseq mseq = std::max<Mseq>(row.mseq - 3, 0); mseq <= row.mseq; ++mseq) {
                keys.messages.push_back({row.no, mseq});
                keys.reactions_of.push_back({row.no, mseq});
                keys.attachments.of.push_back({row.no, mseq});
            }
            keys.pins.of.push_back(row.no);
            keys.sends.push_back({row.no, who, static_cast<std::int64_t>(random() % 4), {}});
            keys.sends.push_back({row.no, who, {}, id<OpId>(random() % 9)});
            keys.newly_read.push_back({row.no, who, row.mseq - 1});
            keys.newly_delivered.push_back({row.no, who});
        }
        return keys;
    }

    void create(ChangeSet& changes, std::vector<Known>& after) {
        Known known;
        known.row.id = id<ConversationId>(below(16));
        known.row.created_by = any_user();
        known.row.created_at = known.row.updated_at = known.row.last_activity_at = now_;
        if (one_in(2)) {
            known.row.type = ConversationType::group;
            if (one_in(2)) known.row.op_id = id<OpId>(below(6));
            if (one_in(2)) known.row.external_group_id = numbered(below(6));
        } else {
            const UserPair pair = UserPair::of(any_user(), any_user());
            changes.pairs_created.emplace_back(pair, known.row.id);
        }
        for (std::uint64_t i = 0; i < users; ++i) {
            if (!one_in(2)) continue;
            add_member(changes, known, user(i));
        }
        changes.conversations.push_back({known.row, true, false});
        after.push_back(std::move(known));
    }

    void add_member(ChangeSet& changes, Known& known, UserId who) {
        const bool there = std::count(known.members.begin(), known.members.end(), who) > 0;
        if (!there) known.members.push_back(who);
        const MemberRow member{.user = who,
                               .role = static_cast<Role>(below(4)),
                               .active = !there || one_in(2),
                               .joined_at = soon(),
                               .last_eseq = ++known.row.eseq};
        changes.members.push_back({known.row.id, member, !there});
        known.row.member_count = static_cast<std::uint32_t>(known.members.size());
    }

    void change(ChangeSet& changes, Known& known) {
        for (std::uint64_t i = below(6); i > 0; --i)
            send(changes, known);
        if (one_in(5)) add_member(changes, known, any_user());
        if (!known.members.empty()) change_own(changes, known);
        if (!known.messages.empty() && one_in(2)) change_message(changes, known);
        if (one_in(3)) react(changes, known);
        if (one_in(3)) pin(changes, known);
        if (one_in(3)) attach(changes, known);
        if (one_in(4)) changes.hidden.push_back({known.row.id, any_user(), any_mseq(known)});
        // One of a batch at most: whether an id given up by one may be taken by another in it is
        // not said.
        const bool policy =
            one_in(4) && std::none_of(changes.conversations.begin(), changes.conversations.end(),
                                      [](const auto& w) { return w.policy_changed; });
        if (policy) {
            known.row.active = !one_in(5);
            known.row.metadata = "{\"n\":" + std::to_string(below(100)) + "}";
            known.row.external_group_id.reset();
            if (one_in(2)) known.row.external_group_id = numbered(below(6));
        }
        changes.conversations.push_back({known.row, false, policy});
    }

    void send(ChangeSet& changes, Known& known) {
        MessageRow message;
        message.conversation = known.row.id;
        message.mseq = ++known.row.mseq;
        message.last_eseq = ++known.row.eseq;
        // Seldom one that exists already, which both must refuse.
        message.id = id<MessageId>(one_in(200) ? below(++message_) : ++message_);
        message.sender = any_user();
        message.type = static_cast<MessageType>(below(3));
        message.content = std::string(below(30), static_cast<char>(below(256)));
        if (one_in(5)) message.reply_to_mseq = any_mseq(known);
        if (one_in(3)) message.client_random = static_cast<std::int64_t>(below(4));
        if (one_in(8)) message.op_id = id<OpId>(below(40));
        if (one_in(6)) message.expires_at = soon();
        message.sent_at = std::max(now_, known.row.last_sent_at + std::chrono::microseconds{1});
        message.updated_at = message.sent_at;
        known.row.last_sent_at = known.row.last_activity_at = message.sent_at;
        known.messages[message.mseq] = message;
        changes.messages_created.push_back(std::move(message));
    }

    void change_own(ChangeSet& changes, const Known& known) {
        const UserId who = known.members[below(known.members.size())];
        if (one_in(2)) {
            const PositionRow position{.user = who,
                                       .read_mseq = any_mseq(known),
                                       .read_at = soon(),
                                       .delivered_mseq = any_mseq(known)};
            changes.positions.push_back({known.row.id, position, false});
        }
        if (one_in(3)) {
            MembershipRow membership{.user = who, .hidden_mseq = -1, .unread_from = 0};
            membership.settings.archived = one_in(2);
            if (one_in(2)) membership.settings.custom_name = "n" + std::to_string(below(9));
            if (one_in(4)) membership.hidden_mseq = any_mseq(known);
            if (one_in(4)) membership.unread_from = any_mseq(known);
            changes.memberships.push_back({known.row.id, membership, false});
        }
    }

    void change_message(ChangeSet& changes, Known& known) {
        auto at = known.messages.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(below(known.messages.size())));
        MessageRow& message = at->second;
        message.content = "edited " + std::to_string(below(1000));
        message.edited_at = now_;
        message.deleted = message.deleted || one_in(3);
        message.last_eseq = ++known.row.eseq;
        message.updated_at = std::max(now_, message.sent_at + std::chrono::microseconds{1});
        if (one_in(4)) message.expires_at = soon();
        changes.messages_changed.push_back(message);
    }

    void react(ChangeSet& changes, const Known& known) {
        const auto draw = [&] {
            return ReactionRow{.mseq = any_mseq(known),
                               .id = id<ReactionId>(++message_),
                               .user = any_user(),
                               .reaction = std::string(1, static_cast<char>('a' + below(3))),
                               .created_at = now_};
        };
        for (std::uint64_t i = below(4); i > 0; --i) {
            changes.reactions_added.push_back({known.row.id, draw(), true});
        }
        if (one_in(2)) changes.reactions_removed.push_back({known.row.id, draw(), false});
        if (one_in(3)) changes.reactions_cleared.push_back({known.row.no, any_mseq(known)});
    }

    void pin(ChangeSet& changes, const Known& known) {
        const auto draw = [&] {
            return PinRow{.mseq = any_mseq(known) + 1,
                          .id = id<PinId>(++message_),
                          .pinned_by = any_user(),
                          .pinned_at = soon()};
        };
        if (one_in(2)) changes.pins.created.push_back({known.row.id, draw(), true});
        if (one_in(3)) changes.pins.created.push_back({known.row.id, draw(), true});
        if (one_in(2)) changes.pins.removed.push_back({known.row.id, draw(), false});
    }

    void attach(ChangeSet& changes, const Known& known) {
        const auto draw = [&] {
            AttachmentRow row{.mseq = any_mseq(known),
                              .id = id<AttachmentId>(below(60)),
                              .media_id = std::to_string(below(9)),
                              .type = static_cast<FileType>(below(4)),
                              .size = static_cast<std::int64_t>(below(1000)),
                              .uploaded_at = soon()};
            if (one_in(4)) row.op_id = id<OpId>(below(9));
            return row;
        };
        if (one_in(2)) changes.attachments.created.push_back({known.row.id, draw(), true});
        if (one_in(2)) changes.attachments.removed.push_back({known.row.id, draw(), false});
        if (one_in(3)) changes.attachments.cleared.push_back({known.row.no, any_mseq(known)});
    }

    void read() {
        const UserId who = any_user();
        const ListQuery list{
            .user = who,
            .now = soon(),
            .type = one_in(3) ? std::optional(ConversationType::direct) : std::nullopt,
            .include_archived = one_in(2),
            .limit = 1 + below(5),
            .offset = below(4)};
        CHECK(text(memory_.list(list)) == text(sql_.list(list)));
        std::vector<MessageId> ids;
        for (int i = 0; i < 5; ++i)
            ids.push_back(id<MessageId>(below(message_ + 2)));
        auto places = take(memory_.reader().locate(ids));
        auto same = take(sql_.reader().locate(ids));
        std::sort(places.begin(), places.end());
        std::sort(same.begin(), same.end());
        CHECK(places == same);
        if (known_.empty()) return;
        const ConversationId conversation = any_known().row.id;
        const auto access = take(memory_.reader().access(conversation, who));
        const auto same_access = take(sql_.reader().access(conversation, who));
        REQUIRE(text(access) == text(same_access));
        if (access) read_in(access->conversation, same_access->conversation.no, who);
    }

    void read_in(const ConversationRow& row, std::int64_t sql_no, UserId who) {
        PageQuery query{.no = row.no, .reader = who, .now = soon(), .limit = 1 + below(8)};
        const auto newest = static_cast<std::uint64_t>(row.mseq) + 3;
        const auto any_time = [&] {
            return row.last_sent_at - std::chrono::microseconds{below(60'000'000)};
        };
        if (one_in(3)) query.before_mseq = static_cast<Mseq>(below(newest));
        if (one_in(3)) query.after_mseq = static_cast<Mseq>(below(newest));
        if (one_in(3)) query.before = any_time();
        if (one_in(3)) query.after = any_time();
        PageQuery same = query;
        same.no = sql_no;
        CHECK(text(memory_.page(query)) == text(sql_.page(same)));
        const auto mseq = static_cast<Mseq>(below(newest));
        CHECK(text(take(memory_.reader().messages(row.no, {mseq}, who))) ==
              text(take(sql_.reader().messages(sql_no, {mseq}, who))));
        CHECK(take(memory_.reader().unread(row.no, who, query.now)) ==
              take(sql_.reader().unread(sql_no, who, query.now)));
        ChangesQuery since{
            .no = row.no,
            .reader = who,
            .now = query.now,
            .since = static_cast<Eseq>(below(static_cast<std::uint64_t>(row.eseq) + 2)),
            .limit = 1 + below(20)};
        ChangesQuery same_since = since;
        same_since.no = sql_no;
        compare(take(memory_.reader().changes(since)), take(sql_.reader().changes(same_since)));
        const auto members = take(memory_.reader().members(row.no));
        const auto same_members = take(sql_.reader().members(sql_no));
        REQUIRE(members.size() == same_members.size());
        for (std::size_t i = 0; i < members.size(); ++i) {
            CHECK(text(members[i]) == text(same_members[i]));
        }
    }

    static void compare(const ChangeRows& memory, const ChangeRows& sql) {
        CHECK(memory.complete == sql.complete);
        CHECK(text(memory.page) == text(sql.page));
        CHECK(memory.hidden == sql.hidden);
    }

    static constexpr std::uint64_t users = 7;
    std::mt19937_64 random_;
    Time now_ = at(0);
    MemoryStore memory_;
    SqlStore sql_;
    std::vector<Known> known_;
    std::uint64_t message_ = 0;
    Useq useq_ = 0;
};

}  // namespace

TEST_CASE("memory and SQLite answer the same to the same operations", "[storage]") {
    const auto seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u);
    INFO("seed " << seed);
    Differential<SqliteStore>(seed).run(300);
}

TEST_CASE("memory and SQL on PostgreSQL answer the same to the same operations", "[postgres]") {
    const auto seed = GENERATE(11u, 12u);
    INFO("seed " << seed);
    Differential<PostgresStore>(seed).run(150);
}
