// What can go wrong, as one closed list. A host maps each code to its wire form in one table; the
// text is for people and logs, says what was asked and what was found, and never holds message
// content or secrets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whispr {

enum class Errc : std::uint8_t {
    invalid,                 ///< the request's own fields are wrong; see Error::fields
    conversation_not_found,  ///< no such conversation
    message_not_found,       ///< no such message, or none that the caller may know of
    member_not_found,        ///< the named user was never a member
    reaction_not_found,      ///< the caller has no such reaction on the message
    not_a_member,            ///< the caller is not an active member
    forbidden,               ///< the caller's role or authorship does not allow it
    not_found,       ///< no such pin, attachment, draft, schedule, report, sanction or key, or none
                     ///< that the caller may know of
    with_self,       ///< a direct conversation needs two different users
    already_exists,  ///< a reaction, membership or external id that is there already; see fields
    no_change,       ///< it is in the state already that was asked for
    not_pending,     ///< a schedule that was sent or cancelled, a report that was resolved
    muted,           ///< a sanction forbids the caller to send in this conversation
    blocked,         ///< one of the two users has blocked the other
    not_editable,    ///< system message, deleted, or the edit window is over
    not_deletable,   ///< already deleted, or the window to delete for everyone is over
    limit_reached,   ///< a bound of limits.hpp; the text names it
    stale,           ///< based on an older state than the present one
    overloaded,      ///< a bounded queue is full; nothing was done, try again later
    unavailable,     ///< the database cannot be used now; nothing was done
    outcome_unknown,  ///< the connection was lost during the commit; it may or may not have
                      ///< happened
    closed,           ///< the engine is closing or closed; nothing was done
    internal,         ///< a defect of ours; nothing was done
};

/// The code's name, as written above.
[[nodiscard]] std::string_view to_string(Errc code) noexcept;

/// One field of a request and what is wrong with it ("content", "can't be blank").
struct FieldError {
    std::string field{};
    std::string message{};

    friend bool operator==(const FieldError&, const FieldError&) = default;
};

struct [[nodiscard]] Error {
    Errc code = Errc::internal;
    std::string text{};
    std::vector<FieldError> fields{};

    friend bool operator==(const Error&, const Error&) = default;
};

/// An `invalid` error about one field.
[[nodiscard]] Error invalid_field(std::string field, std::string message);

}  // namespace whispr
