#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> schedule_routes() {
    return {};
}

}  // namespace whisprd::rest
