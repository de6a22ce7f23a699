#include "connection.hpp"

#include <algorithm>

namespace whispr::sql {

Result<void> check_each(const Statement& statement, std::int64_t found, std::int64_t wanted) {
    if (found == wanted) return {};
    return Error{Errc::internal,
                 std::string(statement.name) + ": " + std::to_string(found) + " of " +
                     std::to_string(wanted) + " rows were there",
                 {}};
}

Result<void> Connection::ask(const Statement& statement, const KeyRows& keys, TakeRow take,
                             Finds finds) {
    const Result<std::int64_t> done = run(statement, keys, take ? OnRow(take) : OnRow());
    if (!done) return done.error();
    if (finds == Finds::any) return {};
    const auto columns = std::count(statement.keys.begin(), statement.keys.end(), ',') + 1;
    return check_each(statement, *done, static_cast<std::int64_t>(keys.values().size()) / columns);
}

Result<void> Connection::ask_now(Time& now) {
    const Result<Time> read = this->now();
    if (!read) return read.error();
    now = *read;
    return {};
}

}  // namespace whispr::sql
