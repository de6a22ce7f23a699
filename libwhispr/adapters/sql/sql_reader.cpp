#include "sql_reader.hpp"

#include <array>

#include "sql_rows.hpp"
#include "whispr/limits.hpp"

namespace whispr::sql {

namespace {

constexpr Statement find_messages{
    "locate messages", "id uuid",
    "SELECT i.id, c.id, i.mseq FROM {keys} message_ids i JOIN conversations c ON c.no = i.no "
    "WHERE i.id = $id"};

constexpr Statement read_access{
    "read a user's place in a conversation", "id uuid, user_id uuid",
    "SELECT m.no, {conversation}, {member}, {membership} FROM {keys} conversations c "
    "LEFT JOIN members m ON m.no = c.no AND m.user_id = $user_id "
    "LEFT JOIN memberships s ON s.user_id = $user_id AND s.no = c.no WHERE c.id = $id"};

constexpr Statement read_members{
    "read members", "no bigint",
    "SELECT {member} FROM {keys} members m WHERE m.no = $no AND m.active "
    "ORDER BY m.joined_at, m.user_id"};

constexpr Statement read_unread{
    "count unread messages", "no bigint, user_id uuid, present bigint, max_unread bigint",
    "SELECT {unread} FROM {keys} conversations c "
    "JOIN members m ON m.no = c.no AND m.user_id = $user_id "
    "JOIN memberships s ON s.user_id = $user_id AND s.no = c.no WHERE c.no = $no"};

constexpr std::array statements{&find_messages, &read_access, &read_members, &read_unread};

class SqlReader final : public ReadStorage {
 public:
    explicit SqlReader(std::unique_ptr<Connection> connection)
        : connection_(std::move(connection)) {}

    Result<std::vector<std::pair<MessageId, std::pair<ConversationId, Mseq>>>> locate(
        const std::vector<MessageId>& messages) override {
        std::vector<std::pair<MessageId, std::pair<ConversationId, Mseq>>> places;
        for (const MessageId& id : messages)
            keys_.row(id);
        const auto done = reading().run(find_messages, [&](const Row& row) {
            Columns columns(row);
            auto& [id, place] = places.emplace_back();
            columns.id(id);
            columns.id(place.first);
            place.second = columns.number();
        });
        if (!done) return done.error();
        return places;
    }

    Result<std::optional<Access>> access(ConversationId conversation, UserId user) override {
        std::optional<Access> access;
        keys_.row(conversation, user);
        const auto done = reading().run(read_access, [&](const Row& row) {
            Columns columns(row);
            const bool member = columns.optional_number().has_value();
            access.emplace();
            access->conversation = read_conversation(columns);
            if (!member) return;
            std::tie(access->member, access->position) = read_member(columns);
            access->membership = read_membership(columns);
        });
        if (!done) return done.error();
        return access;
    }

    Result<PageRows> page(const PageQuery& query) override {
        return snapshot<PageRows>([&](Reading reading, PageRows& page_rows) {
            return read_page(reading, query, page_rows);
        });
    }

    Result<PageRows> message(std::int64_t no, Mseq mseq, UserId reader) override {
        return snapshot<PageRows>([&](Reading reading, PageRows& page_rows) {
            return read_one(reading, no, mseq, reader, page_rows);
        });
    }

    Result<std::vector<MemberRow>> members(std::int64_t no) override {
        std::vector<MemberRow> rows;
        keys_.row(no);
        const auto done = reading().run(read_members, [&](const Row& row) {
            Columns columns(row);
            rows.push_back(read_member(columns).first);
        });
        if (!done) return done.error();
        return rows;
    }

    Result<std::vector<ListedConversation>> list(const ListQuery& query) override {
        using Items = std::vector<ListedConversation>;
        return snapshot<Items>(
            [&](Reading reading, Items& items) { return read_list(reading, query, items); });
    }

    Result<std::uint32_t> unread(std::int64_t no, UserId user, Time now) override {
        std::uint32_t count = 0;
        keys_.row(no, user, now, limits::unread_count);
        const auto done = reading().run(read_unread, [&](const Row& row) {
            count = static_cast<std::uint32_t>(row.number(0));
        });
        if (!done) return done.error();
        return count;
    }

 private:
    Reading reading() { return {*connection_, keys_}; }

    /// Runs a function whose statements all see the same state of the database.
    template <class Value, class Function>
    Result<Value> snapshot(Function function) {
        if (auto begun = connection_->begin(Mode::read); !begun) return begun.error();
        Value value{};
        const Result<void> done = function(reading(), value);
        if (!done) {
            connection_->rollback();
            return done.error();
        }
        if (auto ended = connection_->commit(); !ended) return ended.error();
        return value;
    }

    const std::unique_ptr<Connection> connection_;
    KeyRows keys_;
};

}  // namespace

std::span<const Statement* const> reader_statements() noexcept {
    return statements;
}

std::unique_ptr<ReadStorage> make_reader(std::unique_ptr<Connection> connection) {
    return std::make_unique<SqlReader>(std::move(connection));
}

}  // namespace whispr::sql
