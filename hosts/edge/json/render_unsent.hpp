// The JSON forms of what a user has not sent yet: drafts and scheduled messages. Each function
// appends one JSON value.
#pragma once

#include <string>

#include "whispr/drafts.hpp"
#include "whispr/schedules.hpp"

namespace edge::json {

// camelCase.
void write_draft(std::string& out, const whispr::Draft& draft);

// Every key in camelCase and in snake_case: existing clients read either.
void write_schedule(std::string& out, const whispr::Schedule& schedule);

}  // namespace edge::json
