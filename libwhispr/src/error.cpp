#include "whispr/error.hpp"

namespace whispr {

std::string_view to_string(Errc code) noexcept {
    switch (code) {
        case Errc::invalid:
            return "invalid";
        case Errc::conversation_not_found:
            return "conversation_not_found";
        case Errc::message_not_found:
            return "message_not_found";
        case Errc::member_not_found:
            return "member_not_found";
        case Errc::reaction_not_found:
            return "reaction_not_found";
        case Errc::not_a_member:
            return "not_a_member";
        case Errc::forbidden:
            return "forbidden";
        case Errc::not_found:
            return "not_found";
        case Errc::with_self:
            return "with_self";
        case Errc::already_exists:
            return "already_exists";
        case Errc::no_change:
            return "no_change";
        case Errc::not_pending:
            return "not_pending";
        case Errc::muted:
            return "muted";
        case Errc::blocked:
            return "blocked";
        case Errc::not_editable:
            return "not_editable";
        case Errc::not_deletable:
            return "not_deletable";
        case Errc::limit_reached:
            return "limit_reached";
        case Errc::stale:
            return "stale";
        case Errc::overloaded:
            return "overloaded";
        case Errc::unavailable:
            return "unavailable";
        case Errc::outcome_unknown:
            return "outcome_unknown";
        case Errc::closed:
            return "closed";
        case Errc::internal:
            return "internal";
    }
    return "internal";
}

Error invalid_field(std::string field, std::string message) {
    std::string text = field + " " + message;
    return Error{Errc::invalid, std::move(text), {{std::move(field), std::move(message)}}};
}

}  // namespace whispr
