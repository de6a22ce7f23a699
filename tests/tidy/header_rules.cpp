#include "header_rules.hpp"

#include <algorithm>

#include "dependency_rules.hpp"

namespace tidy {

Findings check_public_header(const SourceFile& file) {
    Findings findings;
    const auto complain = [&](std::size_t line, std::string what) {
        findings.push_back({file.path, line, std::move(what)});
    };

    // It may stand before or after the guard.
    const auto is_guard = [](const std::string& line) { return trimmed(line) == "#pragma once"; };
    std::size_t at = 0;
    while (at < file.lines.size() && (trimmed(file.lines[at]).empty() || is_guard(file.lines[at])))
        ++at;
    std::size_t length = 0;
    while (at + length < file.lines.size() && !trimmed(file.comments[at + length]).empty())
        ++length;
    if (length == 0) complain(at + 1, "begins without a comment that says what it is");
    if (length > 8)
        complain(at + 1,
                 "its first comment has " + std::to_string(length) + " lines, at most 8 are read");

    if (std::none_of(file.code.begin(), file.code.end(), is_guard))
        complain(1, "has no #pragma once");
    for (const auto& include : includes_of(file)) {
        if (include.target.starts_with("whispr/") || is_standard_header(include.target)) continue;
        complain(include.line,
                 "a public header includes the standard library and whispr/ alone, not <" +
                     include.target + ">");
    }
    return findings;
}

}  // namespace tidy
