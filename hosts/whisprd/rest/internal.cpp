#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> internal_routes() {
    return {};
}

}  // namespace whisprd::rest
