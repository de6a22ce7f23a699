#include "whispr/drafts.hpp"

#include <algorithm>
#include <utility>

#include "conversations/conversation_rules.hpp"
#include "engine/answering_command.hpp"
#include "engine/core.hpp"
#include "messages/message_rules.hpp"

namespace whispr {

namespace {

using DraftRows = ConceptRows<LoadedDrafts, DraftChanges>;

Draft to_draft(ConversationId conversation, const DraftRow& row) {
    return Draft{row.id,       conversation,   row.user,       row.content,
                 row.metadata, row.created_at, row.updated_at, row.last_useq};
}

Error draft_not_found() {
    return Error{Errc::not_found, "there is no such draft of the user", {}};
}

// Of one batch, with what its earlier commands have made of them.
auto find_draft(DraftRows& drafts, const MemberKey& key) {
    auto& rows = drafts.rows.of;
    return std::find_if(rows.begin(), rows.end(), [&](const auto& numbered) {
        return numbered.first == key.no && numbered.second.user == key.user;
    });
}

// What the batch's earlier commands saved for this user here, and was not written yet.
auto find_saved(DraftRows& drafts, ConversationId conversation, UserId user) {
    auto& saved = drafts.changes.saved;
    return std::find_if(saved.begin(), saved.end(), [&](const RowOf<DraftRow>& write) {
        return write.conversation == conversation && write.row.user == user;
    });
}

void load_draft(const WorkingSet& set, ConversationId conversation, UserId user, LoadKeys& keys) {
    const ConversationEntry* const found = set.conversation(conversation);
    if (found == nullptr) return;
    keys.drafts.of.push_back({found->row.no, user});
    keys.users.push_back(user);
}

class Save final : public AnsweringCommand<Draft> {
 public:
    Save(UserId caller, SaveDraft draft, std::vector<FieldError> wrong, DraftId id,
         Completion<Draft> done)
        : AnsweringCommand(draft.conversation, caller, std::move(done),
                           256 + draft.content.size() + draft.metadata.size()),
          draft_(std::move(draft)),
          wrong_(std::move(wrong)),
          id_(id) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        load_draft(set, conversation(), caller(), keys);
    }

 protected:
    Result<Draft> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        if (!wrong_.empty()) return invalid_fields(wrong_);
        const ConversationEntry& found = **entered;
        const MemberKey key{found.row.no, caller()};
        auto at = find_draft(set.drafts, key);
        const bool created = at == set.drafts.rows.of.end();
        if (created) {
            DraftRow fresh;
            fresh.user = caller();
            fresh.id = id_;
            fresh.created_at = set.now;
            at = set.drafts.rows.of.insert(at, {key.no, fresh});
        }
        DraftRow& row = at->second;
        row.content = draft_.content;
        row.metadata = draft_.metadata;
        row.updated_at = set.now;
        row.last_useq = set.next_useq(caller());
        put(set.drafts, row, created);
        const Draft draft = to_draft(conversation(), row);
        set.tell_user(found, caller(), row.last_useq, DraftSaved{draft});
        return draft;
    }

 private:
    // One write for each draft, whatever the batch does with it.
    void put(DraftRows& drafts, const DraftRow& row, bool created) const {
        const auto saved = find_saved(drafts, conversation(), caller());
        if (saved != drafts.changes.saved.end()) {
            saved->row = row;
        } else {
            drafts.changes.saved.push_back({conversation(), row, created});
        }
    }

    const SaveDraft draft_;
    const std::vector<FieldError> wrong_;
    const DraftId id_;
};

class Remove final : public AnsweringCommand<Done> {
 public:
    Remove(ConversationId conversation, UserId caller, DraftId draft, Completion<Done> done)
        : AnsweringCommand(conversation, caller, std::move(done)), draft_(draft) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        load_draft(set, conversation(), caller(), keys);
    }

 protected:
    // Also in a conversation that the user is no member of any more: it is the user's own text.
    Result<Done> decide(WorkingSet& set) override {
        const ConversationEntry* const found = set.conversation(conversation());
        if (found == nullptr) return draft_not_found();
        auto& drafts = set.drafts;
        const auto at = find_draft(drafts, {found->row.no, caller()});
        if (at == drafts.rows.of.end() || at->second.id != draft_) return draft_not_found();
        const auto saved = find_saved(drafts, conversation(), caller());
        const bool written = saved != drafts.changes.saved.end();
        // One that this very batch created was never stored.
        if (!written || !saved->created) {
            drafts.changes.removed.push_back({conversation(), at->second, false});
        }
        if (written) drafts.changes.saved.erase(saved);
        drafts.rows.of.erase(at);
        set.tell_user(*found, caller(), set.next_useq(caller()), DraftRemoved{draft_});
        return Done{};
    }

 private:
    const DraftId draft_;
};

}  // namespace

void Drafts::save(const Caller& caller, SaveDraft command, Completion<Draft> done) {
    std::vector<FieldError> wrong;
    check_content(command.content, core_.limits(), wrong);
    check_metadata(command.metadata, wrong);
    // What is wrong stays wrong; its bytes need not wait in the queue.
    if (!wrong.empty()) command.content.clear();
    core_.submit(std::make_unique<Save>(caller.user, std::move(command), std::move(wrong),
                                        DraftId{core_.new_id()}, std::move(done)));
}

void Drafts::show(const Caller& caller, ConversationId conversation, Completion<Draft> done) {
    core_.read(std::move(done),
               [user = caller.user, conversation](ReadStorage& storage) -> Result<Draft> {
                   const auto access = enter(storage, conversation, user);
                   if (!access) return access.error();
                   const auto row = storage.concepts().drafts.draft(access->conversation.no, user);
                   if (!row) return row.error();
                   if (!*row) return draft_not_found();
                   return to_draft(conversation, **row);
               });
}

void Drafts::remove(const Caller& caller, DraftId draft, Completion<Done> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, draft](
                                         ReadStorage& storage, Completion<Done> answer) {
        const auto place = storage.concepts().drafts.locate_draft(draft);
        if (!place) return answer(place.error());
        if (!*place || (*place)->second != user) return answer(draft_not_found());
        core.submit_taken(
            std::make_unique<Remove>((*place)->first, user, draft, std::move(answer)));
    });
}

}  // namespace whispr
