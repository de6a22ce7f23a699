// Every statement of the SQL layer, for those who check their text against a database.
#pragma once

#include <vector>

#include "connection.hpp"

namespace whispr::sql {

[[nodiscard]] std::vector<const Statement*> all_statements();

}  // namespace whispr::sql
