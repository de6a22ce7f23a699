// Reading what the routes of reports and sanctions have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rest/params.hpp"
#include "rest/reading.hpp"
#include "whispr/moderation.hpp"

namespace whisprd::rest {

// The parameter under its snake_case or its camelCase name: clients write both.
[[nodiscard]] edge::json::Value either(const Params& params, std::string_view snake,
                                       std::string_view camel);

// A text of blanks alone counts as none.
[[nodiscard]] std::string_view given_text(std::optional<std::string_view> text);

// Filters of lists; what is wrong is noted in `check`.
[[nodiscard]] std::optional<whispr::ReportStatus> read_status(const Params& params,
                                                              FieldCheck& check);
[[nodiscard]] std::optional<whispr::ReportCategory> read_category(const Params& params,
                                                                  FieldCheck& check);

// An integer between 1 and `most`; what is none counts as `fallback`, and what lies outside as the
// nearest that does not.
[[nodiscard]] std::int64_t read_clamped(const Params& params, std::string_view name,
                                        std::int64_t fallback, std::int64_t most);

// A moment that names its offset from UTC.
[[nodiscard]] edge::json::Cast<whispr::Time> to_exact_time(const edge::json::Value& value);

[[nodiscard]] whispr::Time present();

}  // namespace whisprd::rest
