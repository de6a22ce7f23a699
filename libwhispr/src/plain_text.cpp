#include "plain_text.hpp"

#include <utf8proc.h>

namespace whispr {

bool is_plain_text(std::string_view text) noexcept {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t codepoint = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &codepoint);
        if (used <= 0 || codepoint == 0) return false;
        at += used;
        left -= used;
    }
    return true;
}

}  // namespace whispr
