#include "sqlite_fixture.hpp"

#include <sqlite3.h>

#include "only_conversation.hpp"

namespace whispr::test {

Result<std::shared_ptr<Storage>> SqliteFixture::try_open() {
    return open_sqlite_storage(options, clock);
}

void SqliteFixture::open() {
    storage = take(try_open());
    lane = take(storage->open_lane());
    reader = take(storage->open_reader());
}

void SqliteFixture::close() {
    reader.reset();
    lane.reset();
    storage.reset();
}

std::string SqliteFixture::ask(const std::string& sql) {
    sqlite3* connection = nullptr;
    std::string answer;
    REQUIRE(sqlite3_open(path().c_str(), &connection) == SQLITE_OK);
    const auto keep_first = [](void* into, int, char** values, char**) {
        std::string& first = *static_cast<std::string*>(into);
        if (first.empty() && values[0] != nullptr) first = values[0];
        return 0;
    };
    const int code = sqlite3_exec(connection, sql.c_str(), keep_first, &answer, nullptr);
    INFO(sql << ": " << sqlite3_errmsg(connection));
    CHECK(code == SQLITE_OK);
    sqlite3_close(connection);
    return answer;
}

void SqliteFixture::run(const std::string& sql) {
    (void)ask(sql);
}

std::optional<Error> SqliteFixture::send(std::string content) {
    return send_next(*lane, std::move(content));
}

std::vector<Mseq> SqliteFixture::stored() {
    return stored_numbers(*reader);
}

}  // namespace whispr::test
