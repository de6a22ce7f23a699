#include <algorithm>
#include <tuple>

#include "memory_concepts.hpp"
#include "whispr/limits.hpp"

namespace whispr::memory {

namespace {

/// Reactions on the page's messages, what they answer as far as the reader may see it, and
/// positions.
void complete(const ConversationTable& table, UserId reader, PageRows& page) {
    if (page.messages.empty()) return;
    for (const MessageRow& message : page.messages) {
        for (ReactionRow& row : reactions_on(table, message.mseq)) {
            page.reactions.emplace_back(table.row.no, std::move(row));
        }
        const auto replied = table.messages.find(message.reply_to_mseq);
        if (replied == table.messages.end()) continue;
        const MessageRow& row = replied->second;
        const bool told = !row.shadowed || row.sender == reader || reader == system_user;
        if (told) page.replied.push_back(row);
    }
    std::sort(page.reactions.begin(), page.reactions.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.mseq, a.second.created_at, a.second.id) <
               std::tie(b.second.mseq, b.second.created_at, b.second.id);
    });
    std::sort(page.replied.begin(), page.replied.end(),
              [](const auto& a, const auto& b) { return a.mseq < b.mseq; });
    page.replied.erase(std::unique(page.replied.begin(), page.replied.end(),
                                   [](const auto& a, const auto& b) { return a.mseq == b.mseq; }),
                       page.replied.end());
    add_attachments(table, page);
    if (table.row.member_count > limits::receipts_members) return;
    for (const MemberEntry* entry : active_members(table)) {
        page.positions.push_back(entry->position);
    }
}

/// These messages, newest first, without what is hidden for the reader or shadowed.
PageRows named(const ConversationTable& table, const std::set<Mseq>& mseqs, UserId reader) {
    PageRows page;
    for (auto at = mseqs.rbegin(); at != mseqs.rend(); ++at) {
        const auto row = table.messages.find(*at);
        if (row == table.messages.end() || table.hidden.contains({reader, *at})) continue;
        const MessageRow& message = row->second;
        if (message.shadowed && reader != message.sender && reader != system_user) continue;
        page.messages.push_back(message);
    }
    complete(table, reader, page);
    return page;
}

bool in_range(const PageQuery& query, const MessageRow& row) {
    return (!query.before_mseq || row.mseq < *query.before_mseq) &&
           (!query.after_mseq || row.mseq > *query.after_mseq) &&
           (!query.before || row.sent_at < *query.before) &&
           (!query.after || row.sent_at > *query.after);
}

template <class Iterator>
void collect(const ConversationTable& table, const PageQuery& query, Iterator at, Iterator end,
             std::vector<MessageRow>& rows) {
    for (; at != end && rows.size() < query.limit; ++at) {
        const MessageRow& row = at->second;
        if (in_range(query, row) && visible(table, row, query.reader, query.now)) {
            rows.push_back(row);
        }
    }
}

ListedConversation listed(const ConversationTable& table, const MemberEntry& own, Time now) {
    ListedConversation item;
    item.conversation = table.row;
    item.member = own.member;
    item.membership = own.membership;
    item.position = own.position;
    item.unread = unread(table, own.member.user, now);
    for (auto at = table.messages.rbegin(); at != table.messages.rend(); ++at) {
        if (!visible(table, at->second, own.member.user, now)) continue;
        item.last_message = at->second;
        break;
    }
    if (table.row.type != ConversationType::direct) return item;
    for (const MemberEntry* entry : active_members(table)) {
        item.members.push_back(entry->member);
        item.positions.push_back(entry->position);
    }
    return item;
}

/// Hidden by its member, who may see nothing that was sent since.
bool is_hidden(const ConversationTable& table, const MemberEntry& own) {
    const Mseq hidden = own.membership.hidden_mseq;
    if (hidden < 0) return false;
    return std::none_of(table.messages.upper_bound(hidden), table.messages.end(),
                        [&](const auto& numbered) {
                            const MessageRow& row = numbered.second;
                            return !row.shadowed || row.sender == own.member.user;
                        });
}

bool in_list(const ConversationTable& table, const MemberEntry& own, const ListQuery& query) {
    return table.row.active && own.member.active && !is_hidden(table, own) &&
           (!query.type || *query.type == table.row.type) &&
           (query.include_archived || query.only_archived || !own.membership.settings.archived) &&
           (!query.only_archived || own.membership.settings.archived);
}

ChangedRow changed_row(const ConversationTable& table, const MemberEntry& own) {
    ChangedRow row;
    row.id = table.row.id;
    row.active = table.row.active && own.member.active;
    row.eseq = own.member.active ? table.row.eseq : own.member.last_eseq;
    row.mseq = own.member.active ? table.row.mseq : 0;
    row.last_useq = own.membership.last_useq;
    row.last_activity_at = own.member.active ? table.row.last_activity_at : Time{};
    return row;
}

class MemoryReader final : public ReadStorage {
 public:
    explicit MemoryReader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::vector<std::pair<MessageId, std::pair<ConversationId, Mseq>>>> locate(
        const std::vector<MessageId>& messages) override {
        std::vector<std::pair<MessageId, std::pair<ConversationId, Mseq>>> places;
        const Lock lock(shared_->mutex);
        for (const MessageId& id : messages) {
            const auto found = shared_->tables.message_ids.find(id);
            if (found == shared_->tables.message_ids.end()) continue;
            const auto& [no, mseq] = found->second;
            places.push_back({id, {shared_->tables.conversations.at(no).row.id, mseq}});
        }
        return places;
    }

    Result<std::optional<Access>> access(ConversationId conversation, UserId user) override {
        const Lock lock(shared_->mutex);
        const auto no = shared_->tables.by_id.find(conversation);
        if (no == shared_->tables.by_id.end()) return std::optional<Access>();
        const ConversationTable& table = shared_->tables.conversations.at(no->second);
        Access access;
        access.conversation = table.row;
        const auto own = table.members.find(user);
        if (own != table.members.end()) {
            access.member = own->second.member;
            access.membership = own->second.membership;
            access.position = own->second.position;
        }
        return std::optional<Access>(std::move(access));
    }

    Result<PageRows> page(const PageQuery& query) override {
        PageRows page;
        const Lock lock(shared_->mutex);
        const ConversationTable* table = find(shared_->tables, query.no);
        if (!table) return page;
        if (query.after || query.after_mseq) {
            collect(*table, query, table->messages.begin(), table->messages.end(), page.messages);
            std::reverse(page.messages.begin(), page.messages.end());
        } else {
            collect(*table, query, table->messages.rbegin(), table->messages.rend(), page.messages);
        }
        complete(*table, query.reader, page);
        return page;
    }

    Result<PageRows> messages(std::int64_t no, const std::vector<Mseq>& mseqs,
                              UserId reader) override {
        const Lock lock(shared_->mutex);
        const ConversationTable* table = find(shared_->tables, no);
        return table ? named(*table, {mseqs.begin(), mseqs.end()}, reader) : PageRows();
    }

    Result<std::vector<MemberRow>> members(std::int64_t no) override {
        std::vector<MemberRow> rows;
        const Lock lock(shared_->mutex);
        const ConversationTable* table = find(shared_->tables, no);
        if (!table) return rows;
        for (const MemberEntry* entry : active_members(*table))
            rows.push_back(entry->member);
        return rows;
    }

    Result<std::vector<ListedConversation>> list(const ListQuery& query) override {
        std::vector<ListedConversation> items;
        const Lock lock(shared_->mutex);
        const auto memberships = shared_->tables.memberships.find(query.user);
        if (memberships == shared_->tables.memberships.end()) return items;
        std::vector<const ConversationTable*> tables;
        for (const std::int64_t no : memberships->second) {
            const ConversationTable& table = shared_->tables.conversations.at(no);
            if (in_list(table, table.members.at(query.user), query)) tables.push_back(&table);
        }
        std::sort(tables.begin(), tables.end(), [](const auto* a, const auto* b) {
            return std::tie(a->row.last_activity_at, a->row.id) >
                   std::tie(b->row.last_activity_at, b->row.id);
        });
        for (std::size_t i = query.offset; i < tables.size() && items.size() <= query.limit; ++i) {
            items.push_back(listed(*tables[i], tables[i]->members.at(query.user), query.now));
        }
        return items;
    }

    Result<std::uint32_t> unread(std::int64_t no, UserId user, Time now) override {
        const Lock lock(shared_->mutex);
        const ConversationTable* table = find(shared_->tables, no);
        return table ? memory::unread(*table, user, now) : 0;
    }

    Result<ChangeRows> changes(const ChangesQuery& query) override {
        ChangeRows changes;
        const Lock lock(shared_->mutex);
        const ConversationTable* table = find(shared_->tables, query.no);
        if (!table) return changes;
        for (const auto& [user, entry] : table->members) {
            const bool changed = query.members && entry.member.last_eseq > query.since;
            if (changed) changes.members.push_back(entry.member);
        }
        std::set<Mseq> mseqs;
        for (const auto& [mseq, row] : table->messages) {
            if (row.last_eseq > query.since) mseqs.insert(mseq);
        }
        changes.complete = mseqs.size() <= query.limit;
        if (!changes.complete) return changes;
        changes.page = named(*table, mseqs, query.reader);
        std::erase_if(changes.page.messages, [&](const MessageRow& row) {
            return !row.deleted && row.expires_at && *row.expires_at <= query.now;
        });
        for (const MessageRow& row : changes.page.messages)
            mseqs.erase(row.mseq);
        for (auto at = mseqs.rbegin(); at != mseqs.rend(); ++at) {
            const MessageRow& row = table->messages.at(*at);
            // Of another's shadowed one not even the id is told.
            if (!row.shadowed || row.sender == query.reader) changes.hidden.push_back(row.id);
        }
        return changes;
    }

    Result<std::vector<std::pair<ConversationId, Eseq>>> eseqs(
        const std::vector<ConversationId>& conversations) override {
        std::vector<std::pair<ConversationId, Eseq>> found;
        const Lock lock(shared_->mutex);
        for (const ConversationId& id : conversations) {
            const auto no = shared_->tables.by_id.find(id);
            if (no == shared_->tables.by_id.end()) continue;
            found.emplace_back(id, shared_->tables.conversations.at(no->second).row.eseq);
        }
        return found;
    }

    Result<ChangedRows> changed(const ChangedQuery& query) override {
        ChangedRows found;
        const Lock lock(shared_->mutex);
        const Tables& tables = shared_->tables;
        found.now = {shared_->epoch, shared_->epoch, tables.changes + 1};
        if (const auto user = tables.users.find(query.user); user != tables.users.end())
            found.useq = user->second;
        std::int64_t from = 0;
        if (query.since) {
            const bool known = query.since->numbering == found.now.numbering;
            if (query.since->epoch != found.now.epoch ||
                (known && query.since->number > found.now.number)) {
                found.since = ChangedRows::Since::elsewhere;
            } else if (!known) {
                found.since = ChangedRows::Since::unknown;
            } else {
                from = query.since->number;
            }
        }
        const auto memberships = tables.memberships.find(query.user);
        if (memberships == tables.memberships.end()) return found;
        for (const std::int64_t no : memberships->second) {
            const ConversationTable& table = tables.conversations.at(no);
            const MemberEntry& own = table.members.at(query.user);
            const bool seen = own.member.active && table.changed >= from;
            if (seen || own.changed >= from) found.rows.push_back(changed_row(table, own));
        }
        const auto place = [](const auto& at) { return std::tie(at.last_activity_at, at.id); };
        std::erase_if(found.rows, [&](const ChangedRow& row) {
            return query.behind && place(row) >= place(*query.behind);
        });
        std::sort(found.rows.begin(), found.rows.end(),
                  [&](const auto& a, const auto& b) { return place(a) > place(b); });
        if (found.rows.size() > query.limit + 1) found.rows.resize(query.limit + 1);
        return found;
    }

    ConceptReaders concepts() noexcept override {
        return {*pins_, *attachments_, *drafts_,      *schedules_,
                *due_,  *moderation_,  *sender_keys_, *search_};
    }

 private:
    const std::shared_ptr<Shared> shared_;
    const std::unique_ptr<PinReader> pins_ = make_pin_reader(shared_);
    const std::unique_ptr<AttachmentReader> attachments_ = make_attachment_reader(shared_);
    const std::unique_ptr<DraftReader> drafts_ = make_draft_reader(shared_);
    const std::unique_ptr<ScheduleReader> schedules_ = make_schedule_reader(shared_);
    const std::unique_ptr<DueReader> due_ = make_due_reader(shared_);
    const std::unique_ptr<ModerationReader> moderation_ = make_moderation_reader(shared_);
    const std::unique_ptr<SenderKeyReader> sender_keys_ = make_sender_key_reader(shared_);
    const std::unique_ptr<SearchReader> search_ = make_search_reader(shared_);
};

}  // namespace

std::unique_ptr<ReadStorage> make_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<MemoryReader>(std::move(shared));
}

}  // namespace whispr::memory
