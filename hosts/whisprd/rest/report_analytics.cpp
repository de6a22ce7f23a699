#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> report_analytics_routes() {
    return {};
}

}  // namespace whisprd::rest
