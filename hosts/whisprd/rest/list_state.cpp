#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> list_state_routes() {
    return {};
}

}  // namespace whisprd::rest
