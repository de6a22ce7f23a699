#include "whispr/completion.hpp"

#include <cstdio>
#include <cstdlib>

namespace whispr::detail {

void completion_called_twice() noexcept {
    std::fputs("whispr: a completion was answered twice\n", stderr);
    std::abort();
}

Error dropped_completion() {
    return Error{Errc::internal, "the command was dropped without an answer", {}};
}

}  // namespace whispr::detail
