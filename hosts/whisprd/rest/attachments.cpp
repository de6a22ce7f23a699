#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> attachment_routes() {
    return {};
}

}  // namespace whisprd::rest
