// The order of a transaction: new conversations, what belongs to them, counters last; users after
// conversations, so that two lanes that share users take their rows in the same order.
#include "sql_lane.hpp"

#include "batch.hpp"
#include "sql_concepts.hpp"
#include "sql_conversations.hpp"
#include "sql_members.hpp"
#include "sql_messages.hpp"

namespace whispr::sql {

namespace {

Error misuse(const char* text) {
    return {Errc::internal, text, {}};
}

/// Finds the first conversation that is named without being held or new.
class HeldCheck {
 public:
    HeldCheck(const Held& held, const ChangeSet& changes) : held_(held) {
        for (const ConversationWrite& write : changes.conversations) {
            if (write.created) created_.add(write.row.id, 1);
        }
        for (const ConversationWrite& write : changes.conversations)
            need(write.row.id);
        for (const auto& [pair, id] : changes.pairs_created)
            need(id);
        for (const auto& row : changes.members)
            need(row.conversation);
        for (const auto& row : changes.positions)
            need(row.conversation);
        for (const auto& row : changes.memberships)
            need(row.conversation);
        for (const MessageRow& row : changes.messages_created)
            need(row.conversation);
        for (const MessageRow& row : changes.messages_changed)
            need(row.conversation);
        for (const MessageKey& key : changes.reactions_cleared)
            need(held.id(key.no));
        for (const auto& row : changes.reactions_removed)
            need(row.conversation);
        for (const auto& row : changes.reactions_added)
            need(row.conversation);
        for (const HiddenMessage& row : changes.hidden)
            need(row.conversation);
        need_all(changes.pins.removed, changes.pins.created);
        need_all(changes.attachments.removed, changes.attachments.created);
        for (const MessageKey& key : changes.attachments.cleared)
            need(held.id(key.no));
        need_all(changes.drafts.removed, changes.drafts.saved);
        need_all(changes.schedules.written);
        need_all(changes.moderation.sanctions_created, changes.moderation.sanctions_changed);
        need_all(changes.search.words, changes.search.cursors);
    }

    Result<void> result() const {
        if (!missing_) return {};
        return Error{
            Errc::internal,
            "conversation " + missing_->to_string() + " was to be changed, but is not locked",
            {}};
    }

 private:
    template <class... Rows>
    void need_all(const Rows&... rows) {
        const auto each = [this](const auto& kind) {
            for (const auto& row : kind)
                need(row.conversation);
        };
        (each(rows), ...);
    }
    void need(const ConversationId& id) {
        if (id == last_) return;
        last_ = id;
        if (!missing_ && held_.number(id) == 0 && created_.number(id) == 0) missing_ = id;
    }

    const Held& held_;
    Held created_;
    std::optional<ConversationId> last_;
    std::optional<ConversationId> missing_;
};

class SqlLane final : public LaneStorage {
 public:
    explicit SqlLane(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

    ~SqlLane() override { rollback(); }

    Result<Locked> begin(const LockKeys& keys) override {
        if (state_ != State::idle) return misuse("a transaction is open already");
        if (auto begun = connection_->begin(Mode::write); !begun) return begun.error();
        state_ = State::begun;
        Locked locked;
        if (auto done = lock_conversations(batch_, keys, locked); !done) {
            rollback();
            return done.error();
        }
        Result<Time> now = connection_->now();
        if (!now) {
            rollback();
            return now.error();
        }
        locked.now = *now;
        return locked;
    }

    Result<Loaded> load(const LoadKeys& keys) override {
        if (state_ != State::begun) return misuse("load needs a transaction without writes");
        Loaded loaded;
        auto done = load_members(batch_, keys, loaded);
        if (done) done = load_messages(batch_, keys, loaded);
        if (done) done = load_reactions(batch_, keys, loaded);
        for (const auto load_concept : {load_pins, load_attachments, load_drafts, load_schedules,
                                        load_moderation, load_sender_keys, load_uploads}) {
            if (done) done = load_concept(batch_, keys, loaded);
        }
        if (!done) {
            state_ = State::failed;
            return done.error();
        }
        return loaded;
    }

    Result<void> write(const ChangeSet& changes) override {
        if (state_ != State::begun) return misuse("write needs a transaction without writes");
        auto done = HeldCheck(held_, changes).result();
        if (done) done = create_conversations(batch_, changes);
        if (done) done = write_members(batch_, changes);
        if (done) done = write_messages(batch_, changes);
        if (done) done = write_reactions(batch_, changes);
        for (const auto write_concept :
             {write_pins, write_attachments, write_drafts, write_schedules, write_moderation,
              write_sender_keys, write_uploads, write_search}) {
            if (done) done = write_concept(batch_, changes);
        }
        if (done) done = update_conversations(batch_, changes);
        if (done) done = write_users(batch_, changes);
        state_ = done ? State::written : State::failed;
        return done;
    }

    Result<void> commit() override {
        if (state_ == State::idle || state_ == State::failed) {
            rollback();
            return misuse("commit needs a transaction without failures");
        }
        state_ = State::idle;
        held_.clear();
        return connection_->commit();
    }

    void rollback() noexcept override {
        if (state_ != State::idle) connection_->rollback();
        state_ = State::idle;
        held_.clear();
    }

 private:
    enum class State { idle, begun, written, failed };

    const std::unique_ptr<Connection> connection_;
    Held held_;
    KeyRows keys_;
    Batch batch_{*connection_, held_, keys_};
    State state_ = State::idle;
};

}  // namespace

std::unique_ptr<LaneStorage> make_lane(std::unique_ptr<Connection> connection) {
    return std::make_unique<SqlLane>(std::move(connection));
}

}  // namespace whispr::sql
