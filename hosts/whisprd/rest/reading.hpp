// What many endpoints begin with: finding out who asks, and reading an id from the path.
#pragma once

#include <optional>

#include "edge/json/cast.hpp"
#include "rest/call.hpp"
#include "whispr/ids.hpp"

namespace whisprd::rest {

// The caller is known; otherwise the call was answered with this and is empty.
[[nodiscard]] bool admit(CallPtr& call, unsigned status = 401,
                         std::string_view text = "Unauthorized");

// The id in the path; without one the call was answered 400 and is empty.
template <class Id>
[[nodiscard]] std::optional<Id> path_id(CallPtr& call, std::size_t index) {
    const auto id = Id::parse(call->path(index));
    if (!id) {
        call->refuse(edge::framework_error(400));
        call.reset();
    }
    return id;
}

// A page's size: what is not a positive integer counts as `fallback`, what is too large as `most`.
[[nodiscard]] std::size_t read_limit(const Params& params, std::size_t fallback, std::size_t most);

// An integer of the query that is not negative, or 0.
[[nodiscard]] std::size_t read_offset(const Params& params);

// The Idempotency-Key header. False when there is one that is no UUID: then the call was answered.
[[nodiscard]] bool read_op_id(CallPtr& call, std::optional<whispr::OpId>& op_id);

// A body may name the acting user, but only as who the caller is. False: answered with 403.
[[nodiscard]] bool acts_as_itself(CallPtr& call, const Params& params, std::string_view name);

// Collects what is wrong with fields before a command can be made of them.
struct FieldCheck {
    std::vector<whispr::FieldError> wrong;

    // The value, or nothing after noting that it is missing or of the wrong form.
    template <class T>
    std::optional<T> require(std::string_view field, const edge::json::Cast<T>& cast) {
        if (cast.absent()) wrong.push_back({std::string(field), "can't be blank"});
        return accept(field, cast);
    }
    // The same for a value that may be missing.
    template <class T>
    std::optional<T> accept(std::string_view field, const edge::json::Cast<T>& cast) {
        if (cast.wrong) wrong.push_back({std::string(field), "is invalid"});
        return cast.value;
    }
    [[nodiscard]] whispr::Error error() const {
        return {whispr::Errc::invalid, "fields of the request are wrong", wrong};
    }
};

// Answers with wrong fields, but not before the caller was found to be a member: who is not learns
// nothing else.
void refuse_fields(CallPtr call, whispr::ConversationId conversation, const FieldCheck& check,
                   const edge::HttpErrors& errors);

}  // namespace whisprd::rest
