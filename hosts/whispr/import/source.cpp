#include "import/source.hpp"

#include <libpq-fe.h>

#include "import/service_tables.hpp"
#include "import/source_cursor.hpp"

namespace whispr_cli {

namespace {

using whispr::Errc;
using whispr::Error;
using whispr::Result;

constexpr const char* url_form =
    "not a connection URL such as postgres://user:password@host:5432/database";

/// libpq's texts may repeat what they were given.
std::string without_password(std::string text, const std::string& password) {
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    if (password.empty()) return text;
    for (auto at = text.find(password); at != std::string::npos; at = text.find(password, at + 3)) {
        text.replace(at, password.size(), "***");
    }
    return text;
}

/// The password within a connection URL; nothing when it is not one.
std::optional<std::string> password_of(const std::string& url) {
    char* complaint = nullptr;
    PQconninfoOption* const options = PQconninfoParse(url.c_str(), &complaint);
    PQfreemem(complaint);
    if (options == nullptr) return std::nullopt;
    std::string password;
    for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
        if (std::string_view(option->keyword) == "password" && option->val != nullptr)
            password = option->val;
    }
    PQconninfoFree(options);
    return password;
}

}  // namespace

void FreeAnswer::operator()(pg_result* answer) const noexcept {
    PQclear(answer);
}

Result<std::unique_ptr<Source>> Source::open(const std::string& url) {
    const bool is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    std::optional<std::string> password = is_url ? password_of(url) : std::nullopt;
    if (!password) return Error{Errc::invalid, url_form, {}};

    pg_conn* const connection = PQconnectdb(url.c_str());
    if (connection == nullptr) return Error{Errc::unavailable, "there is no memory left", {}};
    std::unique_ptr<Source> source(new Source(connection, *std::move(password)));
    if (PQstatus(connection) != CONNECTION_OK) {
        return Error{
            Errc::unavailable, without_password(PQerrorMessage(connection), source->password_), {}};
    }
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
    if (auto done = source->begin(); !done) return done.error();
    return source;
}

Source::~Source() {
    PQfinish(connection_);
}

Answer Source::ask(const std::string& sql) {
    if (failure_) return nullptr;
    Answer answer(PQexecParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        fail(PQerrorMessage(connection_));
        return nullptr;
    }
    return answer;
}

std::int64_t Source::number(const std::string& sql) {
    const Answer answer = ask(sql);
    if (!answer || PQntuples(answer.get()) != 1) return 0;
    return SourceRow(answer.get(), 0).number(0);
}

void Source::fail(const std::string& what) {
    failure_ = Error{
        Errc::unavailable, "database " + place_ + ": " + without_password(what, password_), {}};
}

Result<void> Source::begin() {
    const auto text = [](const char* value) { return std::string(value ? value : ""); };
    place_ = text(PQdb(connection_)) + " at " + text(PQhost(connection_)) + ":" +
             text(PQport(connection_));
    for (const char* setting :
         {"SET client_encoding = 'UTF8'", "SET TimeZone = 'UTC'", "SET statement_timeout = 0",
          "SET idle_in_transaction_session_timeout = 0",
          // All rows of a cursor are read, not its first ones alone.
          "SET cursor_tuple_fraction = 1", "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"}) {
        (void)ask(setting);
    }
    if (failure_) return *failure_;
    if (auto done = check_tables(); !done) return done;

    // A replica, a tunnel, or another name lead to the same database.
    const Answer answer =
        ask("SELECT (SELECT system_identifier FROM pg_control_system())::text, current_database()::"
            "text");
    if (failure_) return *failure_;
    const SourceRow row(answer.get(), 0);
    identity_ = "database " + std::string(row.text(1)) + " of PostgreSQL system " +
                std::string(row.text(0));
    return {};
}

Result<void> Source::check_tables() {
    std::string differences;
    for (const ServiceTable& table : service_tables()) {
        const Answer answer = ask(columns_query(table));
        if (failure_) return *failure_;
        std::map<std::string, std::string, std::less<>> found;
        for (int i = 0; i < PQntuples(answer.get()); ++i) {
            const SourceRow row(answer.get(), i);
            found.emplace(row.text(0), row.text(1));
        }
        differences += compare_columns(table, found);
    }
    if (differences.empty()) return {};
    return Error{
        Errc::invalid,
        "database " + place_ + " does not hold the tables that can be imported:" + differences,
        {}};
}

}  // namespace whispr_cli
