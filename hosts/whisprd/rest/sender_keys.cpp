#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> sender_key_routes() {
    return {};
}

}  // namespace whisprd::rest
