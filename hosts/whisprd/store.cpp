#include "store.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "whispr/adapters/memory.hpp"
#include "whispr/adapters/postgres.hpp"
#include "whispr/adapters/sqlite.hpp"

namespace whisprd {

namespace {

using Kind = edge::StoreChoice::Kind;

constexpr std::size_t readers_of_a_database = 8;

}  // namespace

whispr::Result<std::shared_ptr<whispr::Storage>> open_store(
    const edge::Config& config, const std::shared_ptr<whispr::Clock>& clock,
    std::shared_ptr<whispr::LogSink> log) {
    if (config.store.kind == Kind::memory) return whispr::make_memory_storage(clock);
    if (config.store.kind == Kind::postgres) {
        whispr::PostgresOptions options;
        options.connection = config.store.path;
        options.replica = config.store_replica;
        options.lanes = config.lanes;
        options.log = std::move(log);
        return whispr::open_postgres_storage(std::move(options));
    }
    std::error_code failed;
    if (std::filesystem::create_directories(config.data_dir, failed)) {
        std::filesystem::permissions(config.data_dir, std::filesystem::perms::owner_all, failed);
    }
    return whispr::open_sqlite_storage({.path = config.store.path}, clock);
}

std::size_t readers_of(const edge::Config& config) {
    if (config.reader_threads > 0) return config.reader_threads;
    if (config.store.kind == Kind::postgres) return readers_of_a_database;
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace whisprd
