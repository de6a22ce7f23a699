#include "rest/router.hpp"

namespace whisprd::rest {

std::span<const Route> api_docs_routes() {
    return {};
}

}  // namespace whisprd::rest
