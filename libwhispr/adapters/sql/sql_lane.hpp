// A lane of the storage port on any SQL connection.
#pragma once

#include <memory>

#include "connection.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr::sql {

[[nodiscard]] std::unique_ptr<LaneStorage> make_lane(std::unique_ptr<Connection> connection);

}  // namespace whispr::sql
