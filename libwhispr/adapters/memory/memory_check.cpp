// What a database's unique keys and row counts would refuse, found before anything is changed.
#include <optional>
#include <string>
#include <tuple>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

Error taken(std::string what) {
    return {Errc::already_exists, std::move(what) + " exists already", {}};
}

Error missing(std::string what) {
    return {Errc::internal, std::move(what) + " was to be changed, but is not there", {}};
}

/// Whether a key is neither in the table nor was given before.
template <class Table, class Key>
bool claim(const Table& table, std::set<Key>& given, const Key& key) {
    return !table.contains(key) && given.insert(key).second;
}

class Check {
 public:
    Check(const Tables& tables, const Held& held, const ChangeSet& changes)
        : tables_(tables), held_(held), changes_(changes) {}

    Result<void> run() {
        for (const auto part :
             {&Check::conversations, &Check::members, &Check::messages, &Check::reactions}) {
            if (auto done = (this->*part)(); !done) return done;
        }
        if (auto done = concepts_held(); !done) return done;
        for (const auto check_concept :
             {check_pins, check_attachments, check_drafts, check_schedules, check_moderation,
              check_sender_keys, check_uploads, check_search}) {
            if (auto done = check_concept(tables_, changes_); !done) return done;
        }
        return {};
    }

 private:
    Result<void> conversations() {
        for (const ConversationWrite& write : changes_.conversations) {
            if (auto done = conversation(write); !done) return done;
        }
        std::set<UserPair> pairs;
        for (const auto& [pair, id] : changes_.pairs_created) {
            if (!claim(tables_.pairs, pairs, pair)) {
                return taken("a conversation of " + pair.lo.to_string() + " and " +
                             pair.hi.to_string());
            }
        }
        return {};
    }

    Result<void> conversation(const ConversationWrite& write) {
        const ConversationRow& row = write.row;
        if (!write.created && !held_.contains(row.id)) return not_held(row.id);
        if (write.created && !claim(tables_.by_id, created_, row.id)) {
            return taken("conversation " + row.id.to_string());
        }
        if (write.created && row.op_id &&
            !claim(tables_.group_ops, ops_, std::pair{row.created_by, *row.op_id})) {
            return taken("a conversation of operation " + row.op_id->to_string());
        }
        if (!row.external_group_id || (!write.created && !write.policy_changed)) return {};
        const auto owner = tables_.external_groups.find(*row.external_group_id);
        const bool free = owner == tables_.external_groups.end() ||
                          (!write.created && tables_.by_id.at(row.id) == owner->second);
        if (!free || !external_.insert(*row.external_group_id).second) {
            return taken("external group " + row.external_group_id->to_string());
        }
        return {};
    }

    Result<void> members() {
        std::set<std::pair<ConversationId, UserId>> created;
        const auto there = [&](ConversationId conversation, UserId user) {
            const ConversationTable* table = table_of(conversation);
            return (table && table->members.contains(user)) ||
                   created.contains({conversation, user});
        };
        const auto name = [](ConversationId conversation, UserId user) {
            return "member " + user.to_string() + " of conversation " + conversation.to_string();
        };
        for (const auto& [conversation, row, is_new] : changes_.members) {
            if (!known(conversation)) return not_held(conversation);
            const bool found = there(conversation, row.user);
            if (is_new && found) return taken(name(conversation, row.user));
            if (!is_new && !found) return missing(name(conversation, row.user));
            if (is_new) created.insert({conversation, row.user});
        }
        for (const auto& [conversation, row, is_new] : changes_.positions) {
            if (!known(conversation)) return not_held(conversation);
            if (!there(conversation, row.user)) return missing(name(conversation, row.user));
        }
        for (const auto& [conversation, row, is_new] : changes_.memberships) {
            if (!known(conversation)) return not_held(conversation);
            if (!there(conversation, row.user)) return missing(name(conversation, row.user));
        }
        return {};
    }

    Result<void> messages() {
        for (const MessageRow& row : changes_.messages_created) {
            if (auto done = message(row); !done) return done;
        }
        for (const MessageRow& row : changes_.messages_changed) {
            if (!known(row.conversation)) return not_held(row.conversation);
            const ConversationTable* table = table_of(row.conversation);
            const bool there = numbers_.contains({row.conversation, row.mseq}) ||
                               (table && table->messages.contains(row.mseq));
            if (!there) return missing("message " + row.id.to_string());
        }
        for (const HiddenMessage& hidden : changes_.hidden) {
            if (!known(hidden.conversation)) return not_held(hidden.conversation);
        }
        return {};
    }

    Result<void> message(const MessageRow& row) {
        if (!known(row.conversation)) return not_held(row.conversation);
        const ConversationTable* table = table_of(row.conversation);
        const bool place_free = numbers_.insert({row.conversation, row.mseq}).second &&
                                !(table && table->messages.contains(row.mseq));
        if (!place_free || !claim(tables_.message_ids, message_ids_, row.id)) {
            return taken("message " + row.id.to_string() + " or its number");
        }
        if (!row.op_id) return {};
        const std::pair op{row.sender, *row.op_id};
        const bool op_free = operations_.insert({row.conversation, op}).second &&
                             !(table && table->by_op_id.contains(op));
        if (!op_free) return taken("a message of operation " + row.op_id->to_string());
        return {};
    }

    Result<void> reactions() {
        using Key = std::tuple<ConversationId, Mseq, UserId, std::string>;
        std::set<std::pair<std::int64_t, Mseq>> cleared;
        for (const MessageKey& key : changes_.reactions_cleared) {
            const ConversationTable* table = find(tables_, key.no);
            if (!table || !held_.contains(table->row.id)) {
                return missing("conversation number " + std::to_string(key.no));
            }
            cleared.insert({key.no, key.mseq});
        }
        std::set<Key> removed;
        for (const auto& [conversation, row, is_new] : changes_.reactions_removed) {
            if (!known(conversation)) return not_held(conversation);
            removed.insert({conversation, row.mseq, row.user, row.reaction});
        }
        std::set<Key> added;
        for (const auto& [conversation, row, is_new] : changes_.reactions_added) {
            if (!known(conversation)) return not_held(conversation);
            const Key key{conversation, row.mseq, row.user, row.reaction};
            const ConversationTable* table = table_of(conversation);
            const bool gone =
                removed.contains(key) || (table && cleared.contains({table->row.no, row.mseq}));
            const bool free = gone || !table || !has_reaction(*table, row);
            if (!free || !added.insert(key).second) {
                return taken("reaction of " + row.user.to_string());
            }
        }
        return {};
    }

    Result<void> concepts_held() const {
        std::optional<ConversationId> stranger;
        const auto look = [&](ConversationId id) {
            if (!known(id)) stranger = id;
        };
        const auto look_all = [&](const auto&... kinds) {
            const auto each = [&](const auto& rows) {
                for (const auto& row : rows)
                    look(row.conversation);
            };
            (each(kinds), ...);
        };
        look_all(changes_.pins.removed, changes_.pins.created, changes_.attachments.removed,
                 changes_.attachments.created, changes_.drafts.removed, changes_.drafts.saved,
                 changes_.schedules.written, changes_.moderation.sanctions_created,
                 changes_.moderation.sanctions_changed, changes_.search.words,
                 changes_.search.cursors);
        for (const MessageKey& key : changes_.attachments.cleared) {
            const ConversationTable* const table = find(tables_, key.no);
            if (table == nullptr || !held_.contains(table->row.id)) {
                return missing("conversation number " + std::to_string(key.no));
            }
        }
        if (stranger) return not_held(*stranger);
        return {};
    }

    static bool has_reaction(const ConversationTable& table, const ReactionRow& row) {
        for (const ReactionRow& other : reactions_on(table, row.mseq)) {
            if (other.user == row.user && other.reaction == row.reaction) return true;
        }
        return false;
    }

    bool known(ConversationId id) const { return held_.contains(id) || created_.contains(id); }

    static Error not_held(ConversationId id) {
        return {Errc::internal,
                "conversation " + id.to_string() + " was to be changed, but is not locked",
                {}};
    }

    const ConversationTable* table_of(ConversationId id) const { return find(tables_, id); }

    const Tables& tables_;
    const Held& held_;
    const ChangeSet& changes_;
    std::set<ConversationId> created_;
    std::set<std::pair<UserId, OpId>> ops_;
    std::set<Uuid> external_;
    std::set<MessageId> message_ids_;
    std::set<std::pair<ConversationId, Mseq>> numbers_;
    std::set<std::pair<ConversationId, std::pair<UserId, OpId>>> operations_;
};

}  // namespace

Result<void> check(const Tables& tables, const Held& held, const ChangeSet& changes) {
    return Check(tables, held, changes).run();
}

}  // namespace whispr::memory
