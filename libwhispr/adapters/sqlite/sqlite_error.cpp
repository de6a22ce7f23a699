#include "sqlite_error.hpp"

#include <sqlite3.h>

#include <string>
#include <system_error>

namespace whispr::sqlite {

namespace {

struct Meaning {
    Errc code;
    std::string_view text;
};

Meaning meaning(int code) noexcept {
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return {Errc::unavailable, "the disk is full"};
        case SQLITE_READONLY:
            return {Errc::unavailable, "the file is read only"};
        case SQLITE_IOERR:
            return {Errc::unavailable, "the disk failed"};
        case SQLITE_CANTOPEN:
            return {Errc::unavailable, "the file cannot be opened"};
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return {Errc::unavailable, "access to the file is not allowed"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Errc::unavailable, "the file is locked"};
        case SQLITE_NOMEM:
            return {Errc::unavailable, "out of memory"};
        case SQLITE_NOTADB:
            return {Errc::internal, "the file is not a database"};
        case SQLITE_CORRUPT:
            return {Errc::internal, "the file is damaged"};
        case SQLITE_CONSTRAINT:
            break;
        default:
            return {Errc::internal, "the database refused it"};
    }
    const bool unique = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                        code == SQLITE_CONSTRAINT_ROWID;
    return unique ? Meaning{Errc::already_exists, "a key exists already"}
                  : Meaning{Errc::internal, "the database refused it"};
}

}  // namespace

Error failure(sqlite3* connection, int code, std::string_view what, std::string_view path) {
    const auto [errc, text] = meaning(code);
    std::string message;
    message.append(what).append(": ").append(text);
    const char* detail = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    message.append(" (").append(detail).append("), database ").append(path);
    return {errc, std::move(message), {}};
}

Error system_failure(int error_number, std::string_view what, std::string_view path) {
    std::string message;
    message.append(what).append(" ").append(path).append(": ");
    message.append(std::generic_category().message(error_number));
    return {Errc::unavailable, std::move(message), {}};
}

}  // namespace whispr::sqlite
