#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> draft_routes() {
    return {};
}

}  // namespace whisprd::rest
