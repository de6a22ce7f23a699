#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> pin_routes() {
    return {};
}

}  // namespace whisprd::rest
