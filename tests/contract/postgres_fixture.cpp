#include "postgres_fixture.hpp"

#include <iostream>

namespace whispr::test {

void KeptLog::log(LogLevel level, std::string_view text) noexcept {
    if (level != LogLevel::error) return;
    const std::lock_guard lock(mutex_);
    errors_.append(text).append("\n");
}

std::string KeptLog::errors() const {
    const std::lock_guard lock(mutex_);
    return errors_;
}

SharedSchema::SharedSchema(PostgresServer& server) : server_(server) {
    static int schemas = 0;
    name_ = "shared_" + std::to_string(++schemas);
}

SharedSchema::~SharedSchema() {
    try {
        (void)server_.ask("DROP SCHEMA IF EXISTS " + name_ + " CASCADE");
    } catch (...) {
        std::cerr << "schema " << name_ << " could not be dropped\n";
    }
}

PostgresOptions SharedSchema::options(const std::string& program) const {
    PostgresOptions options;
    options.connection = server_.connection_string() + " application_name=" + program;
    options.schema = name_;
    options.lanes = 2;
    return options;
}

std::string SharedSchema::ask(const std::string& sql) const {
    return server_.ask("SET search_path = " + name_ + "; " + sql);
}

void SharedSchema::wait_until_waiting(const std::string& program, const std::string& event,
                                      int count) const {
    const std::string question =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + program + "' AND '" +
        event + "' IN (wait_event_type, wait_event)";
    constexpr int most_looks = 10'000;
    for (int looks = 0; looks < most_looks; ++looks) {
        if (server_.ask(question) == std::to_string(count)) return;
    }
    FAIL(program << " does not wait for " << event);
}

void SharedSchema::terminate(const std::string& program) const {
    (void)server_.ask(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = '" +
        program + "'");
}

Program::Program(PostgresOptions options) {
    options.log = log;
    storage = take(open_postgres_storage(std::move(options)));
    lane = take(storage->open_lane());
    reader = take(storage->open_reader());
}

}  // namespace whispr::test
