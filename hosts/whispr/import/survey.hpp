// What a source holds and what of it an import does not keep, without touching a target.
#pragma once

#include <ostream>

#include "import/source.hpp"

namespace whispr_cli {

/// Writes a line for each kind. 0, or the source's failure.
[[nodiscard]] whispr::Result<int> write_survey(Source& source, std::ostream& out);

}  // namespace whispr_cli
