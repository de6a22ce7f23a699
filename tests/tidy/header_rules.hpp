// What a public header owes its reader and its includer.
#pragma once

#include "source_file.hpp"

namespace tidy {

/// It begins with a comment of one to eight lines that says what it is, is guarded by #pragma once,
/// and includes nothing but the standard library and other public headers.
[[nodiscard]] Findings check_public_header(const SourceFile& file);

}  // namespace tidy
