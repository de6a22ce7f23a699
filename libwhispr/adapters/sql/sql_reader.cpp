#include "sql_reader.hpp"

#include <array>

#include "sql_concepts.hpp"
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

constexpr Statement read_eseqs{"read how far conversations are", "id uuid",
                               "SELECT c.id, c.eseq FROM {keys} conversations c WHERE c.id = $id"};

constexpr Statement read_unread{
    "count unread messages", "no bigint, user_id uuid, present bigint, max_unread bigint",
    "SELECT {unread} FROM {keys} conversations c "
    "JOIN members m ON m.no = c.no AND m.user_id = $user_id "
    "JOIN memberships s ON s.user_id = $user_id AND s.no = c.no WHERE c.no = $no"};

constexpr Statement read_store{"read the epoch", "stores bigint",
                               "SELECT e.epoch FROM {keys} store e WHERE $stores = 1"};

constexpr std::array statements{&read_store,   &find_messages, &read_access,
                                &read_members, &read_eseqs,    &read_unread};

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
        return snapshot<PageRows>(
            reading(), [&](PageRows& page_rows) { return read_page(reading(), query, page_rows); });
    }

    Result<PageRows> messages(std::int64_t no, const std::vector<Mseq>& mseqs,
                              UserId reader) override {
        return snapshot<PageRows>(reading(), [&](PageRows& page_rows) {
            return read_messages(reading(), no, mseqs, reader, page_rows);
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
        return snapshot<Items>(reading(),
                               [&](Items& items) { return read_list(reading(), query, items); });
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

    Result<ChangeRows> changes(const ChangesQuery& query) override {
        return snapshot<ChangeRows>(reading(), [&](ChangeRows& changes) {
            return read_changes(reading(), query, changes);
        });
    }

    Result<std::vector<std::pair<ConversationId, Eseq>>> eseqs(
        const std::vector<ConversationId>& conversations) override {
        std::vector<std::pair<ConversationId, Eseq>> found;
        for (const ConversationId& id : conversations)
            keys_.row(id);
        const auto done = reading().run(read_eseqs, [&](const Row& row) {
            Columns columns(row);
            auto& [id, eseq] = found.emplace_back();
            columns.id(id);
            eseq = columns.number();
        });
        if (!done) return done.error();
        return found;
    }

    Result<ChangedRows> changed(const ChangedQuery& query) override {
        return snapshot<ChangedRows>(
            reading(), [&](ChangedRows& found) { return read_changed(reading(), query, found); },
            Mode::read_first_hand);
    }

    ConceptReaders concepts() noexcept override {
        return {*pins_, *attachments_, *drafts_,      *schedules_,
                *due_,  *moderation_,  *sender_keys_, *search_};
    }

 private:
    Reading reading() { return {*connection_, keys_}; }

    const std::unique_ptr<Connection> connection_;
    KeyRows keys_;
    const std::unique_ptr<PinReader> pins_ = make_pin_reader(reading());
    const std::unique_ptr<AttachmentReader> attachments_ = make_attachment_reader(reading());
    const std::unique_ptr<DraftReader> drafts_ = make_draft_reader(reading());
    const std::unique_ptr<ScheduleReader> schedules_ = make_schedule_reader(reading());
    const std::unique_ptr<DueReader> due_ = make_due_reader(reading());
    const std::unique_ptr<ModerationReader> moderation_ = make_moderation_reader(reading());
    const std::unique_ptr<SenderKeyReader> sender_keys_ = make_sender_key_reader(reading());
    const std::unique_ptr<SearchReader> search_ = make_search_reader(reading());
};

}  // namespace

Result<Uuid> read_epoch(Connection& connection) {
    KeyRows keys;
    keys.row(1);
    Uuid epoch;
    const auto done = connection.run(read_store, keys, [&](const Row& row) {
        Columns columns(row);
        epoch = columns.uuid();
    });
    if (!done) return done.error();
    if (epoch.is_nil()) return Error{Errc::internal, "the store has no epoch", {}};
    return epoch;
}

std::span<const Statement* const> reader_statements() noexcept {
    return statements;
}

std::unique_ptr<ReadStorage> make_reader(std::unique_ptr<Connection> connection) {
    return std::make_unique<SqlReader>(std::move(connection));
}

}  // namespace whispr::sql
