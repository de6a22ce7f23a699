// Contents that clients have encrypted end to end: the server keeps them and looks at nothing but
// their kind.
#pragma once

#include <string_view>

namespace whispr {

/// Whether it is the envelope of an encrypted message: a JSON object whose "t" names that type.
[[nodiscard]] bool is_encrypted(std::string_view content);

}  // namespace whispr
