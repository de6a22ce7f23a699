// A source file as the rules see it: its lines, and the same lines split into code and comments,
// with what belongs to the other (and the contents of literals) replaced by blanks, so that columns
// and line numbers stay.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct SourceFile {
    std::string path;  ///< from the root of the repository, with slashes
    std::vector<std::string> lines;
    std::vector<std::string> code;
    std::vector<std::string> comments;
};

/// Splits the text of a C++ file. Never fails: an unterminated literal or comment reaches to the
/// end.
[[nodiscard]] SourceFile parse_source(std::string path, std::string_view text);

/// Something that breaks a rule; line 0 means the file as a whole.
struct Finding {
    std::string path;
    std::size_t line = 0;
    std::string what;
};
using Findings = std::vector<Finding>;

/// One finding per line, "path:line: what".
[[nodiscard]] std::string to_text(const Findings& findings);

struct Include {
    std::size_t line = 0;
    std::string target;  ///< what stands between the quotes or brackets
    bool quoted = false;
};
[[nodiscard]] std::vector<Include> includes_of(const SourceFile& file);

[[nodiscard]] bool is_identifier_char(char c) noexcept;
[[nodiscard]] bool is_below(std::string_view path, std::string_view folder) noexcept;
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

}  // namespace tidy
