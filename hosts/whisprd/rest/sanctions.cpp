#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> sanction_routes() {
    return {};
}

}  // namespace whisprd::rest
