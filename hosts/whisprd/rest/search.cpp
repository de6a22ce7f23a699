#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> search_routes() {
    return {};
}

}  // namespace whisprd::rest
