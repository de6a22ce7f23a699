// Who may report what, how often, and from how many reports on somebody else should know: the
// decisions about reports, as pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/events.hpp"
#include "whispr/limits.hpp"
#include "whispr/moderation.hpp"
#include "whispr/ports/moderation_storage.hpp"

namespace whispr {

/// What is wrong with a report's own fields.
[[nodiscard]] std::vector<FieldError> check_fields(const FileReport& command, UserId reporter);

/// Adds what is wrong with a free text of a report or a sanction.
void check_text(const std::string& field, std::string_view text, std::vector<FieldError>& wrong);

/// Nothing, or why the reporter, who filed these, may not file another one now. Reports of others
/// among `filed` do not matter.
[[nodiscard]] std::optional<Error> refuse_report(const FileReport& command, UserId reporter,
                                                 const std::vector<ReportRow>& filed, Time now,
                                                 const Limits& limits);

/// How far back refuse_report and reached_level look.
[[nodiscard]] std::chrono::microseconds filed_window(const Limits& limits);
[[nodiscard]] std::chrono::microseconds reporters_window(const Limits& limits);

/// The first threshold, from the highest on, that the reporters of this user reach.
[[nodiscard]] std::optional<ReportsReached> reached_level(UserId reported,
                                                          const std::vector<Reporter>& reporters,
                                                          Time now, const Limits& limits);

}  // namespace whispr
