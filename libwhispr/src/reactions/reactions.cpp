#include "whispr/reactions.hpp"

#include <algorithm>

#include "messages/message_command.hpp"
#include "messages/message_view.hpp"
#include "reactions/reaction_rules.hpp"

namespace whispr {

namespace {

template <class T>
class ReactionCommand : public MessageCommand<T> {
 public:
    ReactionCommand(UserId caller, React react, const LocatedMessage& located, Completion<T> done)
        : MessageCommand<T>(caller, located, std::move(done)), react_(std::move(react)) {}

    void load(const WorkingSet& set, LoadKeys& keys) const final {
        MessageCommand<T>::load(set, keys);
        keys.reactions_of.push_back(this->key());
    }

 protected:
    [[nodiscard]] const React& react() const noexcept { return react_; }

 private:
    const React react_;
};

class Add final : public ReactionCommand<Reaction> {
 public:
    Add(UserId caller, React react, const LocatedMessage& located, ReactionId id,
        Completion<Reaction> done)
        : ReactionCommand(caller, std::move(react), located, std::move(done)), id_(id) {}

 protected:
    Result<Reaction> change(WorkingSet& set, ConversationEntry& found,
                            MessageEntry& entry) override {
        if (const auto wrong = refuse_reaction(react().reaction)) {
            return invalid_field(wrong->field, wrong->message);
        }
        if (const auto refused = refuse_another(entry, caller(), react().reaction)) {
            return *refused;
        }
        const ReactionRow row{entry.row.mseq, id_, caller(), react().reaction, set.now};
        entry.reactions.push_back(row);
        entry.reactions_added.push_back(row);
        const Reaction reaction = to_reaction(row);
        change_message(set, found, entry, caller(), ReactionAdded{entry.row.id, reaction});
        return reaction;
    }

 private:
    const ReactionId id_;
};

class Remove final : public ReactionCommand<Done> {
 public:
    using ReactionCommand::ReactionCommand;

 protected:
    Result<Done> change(WorkingSet& set, ConversationEntry& found, MessageEntry& entry) override {
        const auto is_it = [&](const ReactionRow& row) {
            return row.user == caller() && row.reaction == react().reaction;
        };
        const auto at = std::find_if(entry.reactions.begin(), entry.reactions.end(), is_it);
        if (at == entry.reactions.end()) {
            return Error{
                Errc::reaction_not_found, "the user has no such reaction on the message", {}};
        }
        // One that was added in this very batch was never stored.
        if (std::erase_if(entry.reactions_added, is_it) == 0) {
            entry.reactions_removed.push_back(*at);
        }
        entry.reactions.erase(at);
        change_message(set, found, entry, caller(),
                       ReactionRemoved{entry.row.id, caller(), react().reaction});
        return Done{};
    }
};

}  // namespace

void Reactions::add(const Caller& caller, React command, Completion<Reaction> done) {
    core_.read_then(
        std::move(done), [&core = core_, user = caller.user, react = std::move(command)](
                             ReadStorage& storage, Completion<Reaction> answer) mutable {
            const auto located =
                locate_message(storage, user, react.message, react.conversation, core.now());
            if (!located) return answer(located.error());
            core.submit_taken(std::make_unique<Add>(user, std::move(react), *located,
                                                    ReactionId{core.new_id()}, std::move(answer)));
        });
}

void Reactions::remove(const Caller& caller, React command, Completion<Done> done) {
    core_.read_then(
        std::move(done), [&core = core_, user = caller.user, react = std::move(command)](
                             ReadStorage& storage, Completion<Done> answer) mutable {
            const auto located =
                locate_message(storage, user, react.message, react.conversation, core.now());
            if (!located) return answer(located.error());
            core.submit_taken(
                std::make_unique<Remove>(user, std::move(react), *located, std::move(answer)));
        });
}

void Reactions::list(const Caller& caller, MessageId message,
                     Completion<std::vector<Reaction>> done) {
    core_.read(std::move(done),
               [&core = core_, user = caller.user,
                message](ReadStorage& storage) -> Result<std::vector<Reaction>> {
                   const auto located =
                       locate_message(storage, user, message, std::nullopt, core.now());
                   if (!located) return located.error();
                   std::vector<Reaction> reactions;
                   for (const auto& [no, row] : located->rows.reactions) {
                       reactions.push_back(to_reaction(row));
                   }
                   return reactions;
               });
}

}  // namespace whispr
