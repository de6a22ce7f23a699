// Keeps a page within what clients receive when nothing else is said (4 MiB).
#pragma once

#include <cstddef>

namespace whisprd::rpc {

inline constexpr std::size_t answer_bytes = 3'500'000;

// Takes rows from the end of `rows`, a field of `response`, until it can be received. True: some
// were taken, so there are more.
template <class Response, class Rows>
[[nodiscard]] bool fit_page(const Response& response, Rows& rows) {
    bool taken = false;
    while (rows.size() > 1 && response.ByteSizeLong() > answer_bytes) {
        rows.RemoveLast();
        taken = true;
    }
    return taken;
}

}  // namespace whisprd::rpc
