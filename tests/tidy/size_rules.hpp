// How long a file and a function may be.
#pragma once

#include "source_file.hpp"

namespace tidy {

struct Function {
    std::size_t first_line = 0;  ///< where its declaration begins
    std::size_t last_line = 0;   ///< its closing brace

    [[nodiscard]] std::size_t length() const noexcept { return last_line - first_line + 1; }
};

/// The function bodies of a C++ file, found by their braces: every block that opens directly in a
/// namespace or a class and is neither of these nor the value of a variable. Lambdas count with the
/// function around them.
[[nodiscard]] std::vector<Function> functions_of(const SourceFile& file);

[[nodiscard]] Findings check_file_length(const SourceFile& file, std::size_t most);
[[nodiscard]] Findings check_function_length(const SourceFile& file, std::size_t most);

}  // namespace tidy
