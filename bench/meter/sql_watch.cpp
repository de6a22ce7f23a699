#include "meter/sql_watch.hpp"

#include <sqlite3.h>

#include <atomic>
#include <mutex>

namespace bench {

namespace {

std::atomic<std::uint64_t> begun{0};
std::atomic<bool> keeping{false};
std::mutex seen_mutex;
std::vector<SeenStatement> kept;

int on_statement(unsigned, void*, void* statement, void* text) {
    const char* const sql = static_cast<const char*>(text);
    if (sql[0] == '-' && sql[1] == '-') return 0;  // SQLite's way to announce a trigger
    ++begun;
    if (keeping) {
        char* const expanded = sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement));
        const std::lock_guard lock(seen_mutex);
        kept.push_back({sql, expanded != nullptr ? expanded : sql});
        sqlite3_free(expanded);
    }
    return 0;
}

int on_open(sqlite3* database, const char**, const void*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, on_statement, nullptr);
}

using Hook = void (*)();

// SQLite declares the hook without its parameters and calls it with them.
Hook hook() {
    return reinterpret_cast<Hook>(&on_open);
}

}  // namespace

SqlWatch::SqlWatch() {
    clear();
    sqlite3_auto_extension(hook());
}

SqlWatch::~SqlWatch() {
    sqlite3_cancel_auto_extension(hook());
    keeping = false;
}

std::uint64_t SqlWatch::count() const noexcept {
    return begun;
}

void SqlWatch::clear() {
    begun = 0;
    const std::lock_guard lock(seen_mutex);
    kept.clear();
}

void SqlWatch::keep(bool keep) {
    keeping = keep;
}

std::vector<SeenStatement> SqlWatch::seen() const {
    const std::lock_guard lock(seen_mutex);
    return kept;
}

}  // namespace bench
