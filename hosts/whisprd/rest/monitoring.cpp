#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> monitoring_routes() {
    return {};
}

}  // namespace whisprd::rest
