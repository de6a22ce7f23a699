#include "reactions/reaction_rules.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <set>
#include <string>

#include "whispr/limits.hpp"

namespace whispr {

std::optional<std::size_t> count_graphemes(std::string_view text) noexcept {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    std::size_t count = 0;
    utf8proc_int32_t previous = 0;
    utf8proc_int32_t state = 0;
    while (left > 0) {
        utf8proc_int32_t codepoint = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &codepoint);
        if (used <= 0) return std::nullopt;
        if (count == 0 || utf8proc_grapheme_break_stateful(previous, codepoint, &state)) ++count;
        previous = codepoint;
        at += used;
        left -= used;
    }
    return count;
}

std::optional<FieldError> refuse_reaction(std::string_view reaction) {
    if (reaction.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return FieldError{"reaction", "can't be blank"};
    }
    const auto graphemes = count_graphemes(reaction);
    if (!graphemes || reaction.find('\0') != std::string_view::npos) {
        return FieldError{"reaction", "is invalid"};
    }
    if (*graphemes > limits::reaction_graphemes || reaction.size() > limits::reaction_bytes) {
        return FieldError{
            "reaction",
            "should be at most " + std::to_string(limits::reaction_graphemes) + " character(s)"};
    }
    return std::nullopt;
}

std::optional<Error> refuse_another(const MessageEntry& message, UserId user,
                                    std::string_view reaction) {
    std::set<std::string_view> different;
    std::size_t own = 0;
    for (const ReactionRow& row : message.reactions) {
        different.insert(row.reaction);
        if (row.user != user) continue;
        ++own;
        if (row.reaction == reaction) {
            return Error{Errc::already_exists,
                         "the user has put this reaction on the message already",
                         {{"message_id", "has already been taken"}}};
        }
    }
    if (own >= limits::reactions_per_user_and_message) {
        return Error{Errc::limit_reached,
                     "a user puts at most " +
                         std::to_string(limits::reactions_per_user_and_message) +
                         " reactions on a message",
                     {{"reaction", "limit of reactions per user reached"}}};
    }
    if (!different.contains(reaction) && different.size() >= limits::reactions_per_message) {
        return Error{Errc::limit_reached,
                     "a message takes at most " + std::to_string(limits::reactions_per_message) +
                         " different reactions",
                     {{"reaction", "limit of reactions per message reached"}}};
    }
    return std::nullopt;
}

}  // namespace whispr
