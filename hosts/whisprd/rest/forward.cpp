#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> forward_routes() {
    return {};
}

}  // namespace whisprd::rest
