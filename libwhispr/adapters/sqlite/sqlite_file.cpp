#include "sqlite_file.hpp"
#include "sql/sql_reader.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "sql/migrate.hpp"
#include "sql/sql_import.hpp"
#include "sqlite_error.hpp"

namespace whispr::sqlite {

namespace {

/// "WHSP", in the file's header: tells our files from those of other programs.
constexpr std::int64_t our_application_id = 0x57485350;
/// Readers and the probe share the work with the lane: a few pages are enough for health checks and
/// checkpoints.
constexpr std::uint32_t small_cache_kib = 256;

/// The one name under which the file is locked, however it is reached.
Result<std::string> real_path(const std::string& path) {
    if (path.empty() || path.find('\0') != std::string::npos) {
        return Error{Errc::unavailable, "the path of the database is empty or not a path", {}};
    }
    std::error_code error;
    std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
    if (!error) real = std::filesystem::absolute(real, error);
    if (error) return system_failure(error.value(), "find", path);
    return real.string();
}

/// Creates the file so that nobody else can read it; SQLite gives the files beside it the same
/// mode.
Result<void> create(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return system_failure(errno, "open", path);
    ::close(descriptor);
    return {};
}

Error foreign(const std::string& path) {
    return {Errc::internal, "the file is a database of another program, database " + path, {}};
}

/// Marks an empty file as ours; refuses a file that is neither ours nor empty.
Result<void> identify(SqliteConnection& connection, const std::string& path) {
    const auto id = connection.number("PRAGMA application_id");
    if (!id) return id.error();
    if (*id == our_application_id) return {};
    const auto tables = connection.number("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables.error();
    if (*id != 0 || *tables != 0) return foreign(path);
    return connection.script("PRAGMA application_id = " + std::to_string(our_application_id));
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path) {
    const std::string name = path + ".lock";
    const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return system_failure(errno, "open", name);
    FileLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK) return system_failure(errno, "lock", name);
    return Error{Errc::unavailable,
                 "database " + path +
                     " is in use: another process, or another part of this one, "
                     "holds " +
                     name,
                 {}};
}

FileLock::~FileLock() {
    // The name stays: who removed it could remove the lock of a process that has just taken it.
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::shared_ptr<SqliteFile>> SqliteFile::open(SqliteOptions options,
                                                     std::shared_ptr<Clock> clock) {
    Result<std::string> path = real_path(options.path);
    if (!path) return path.error();
    options.path = *std::move(path);
    Result<FileLock> lock = FileLock::take(options.path);
    if (!lock) return lock.error();
    if (auto done = create(options.path); !done) return done.error();
    std::shared_ptr<SqliteFile> file(
        new SqliteFile(std::move(options), std::move(clock), *std::move(lock)));
    if (auto done = file->start(); !done) return done.error();
    return file;
}

ConnectionOptions SqliteFile::connection_options() const {
    return {.path = options_.path,
            .vfs = options_.vfs,
            .synchronous_full = options_.synchronous_full,
            .read_only = false,
            .cache_kib = small_cache_kib};
}

Result<void> SqliteFile::start() {
    auto connection = SqliteConnection::open(connection_options(), clock_);
    if (!connection) return connection.error();
    if (auto done = identify(**connection, options_.path); !done) return done;
    if (auto done = (*connection)->script("PRAGMA journal_mode = WAL"); !done) return done;
    const auto migrated =
        sql::migrate(**connection, sql::Dialect::sqlite, sql::embedded_migrations(), options_.path);
    if (!migrated) return migrated;
    const auto epoch = sql::read_epoch(**connection);
    if (!epoch) return epoch.error();
    epoch_ = *epoch;
    const auto writers = (*connection)->number("SELECT writers FROM store");
    if (!writers) return writers.error();
    numbers_->begin(*writers + 1);
    auto probe = SqliteConnection::open(connection_options(), clock_);
    if (!probe) return probe.error();
    probe_ = *std::move(probe);
    checkpoints_ = std::make_unique<Checkpoints>(*std::move(connection));
    return {};
}

Result<std::unique_ptr<SqliteConnection>> SqliteFile::open_lane() {
    if (lane_open_.exchange(true)) {
        return Error{Errc::unavailable,
                     "the only lane of database " + options_.path + " is open already",
                     {}};
    }
    const std::shared_ptr<void> slot(
        nullptr, [self = shared_from_this()](void*) { self->lane_open_.store(false); });
    ConnectionOptions options = connection_options();
    options.cache_kib = options_.cache_kib;
    auto connection = SqliteConnection::open(options, clock_);
    if (!connection) return connection;
    (*connection)->keep(slot);
    (*connection)->watch(&flush_failed_);
    // What an earlier writer's numbers were is not known: this one's are beyond all of them.
    if (auto done = (*connection)->script("UPDATE store SET writers = writers + 1"); !done)
        return done.error();
    const auto writers = (*connection)->number("SELECT writers FROM store");
    if (!writers) return writers.error();
    numbers_->begin(*writers);
    if (auto done = (*connection)->draw_numbers(numbers_); !done) return done.error();
    checkpoints_->follow((*connection)->handle());
    return connection;
}

Result<std::unique_ptr<SqliteConnection>> SqliteFile::open_reader() {
    ConnectionOptions options = connection_options();
    options.cache_kib = options_.cache_kib;
    options.read_only = true;
    auto connection = SqliteConnection::open(options, clock_);
    if (!connection) return connection;
    (*connection)->keep(shared_from_this());
    if (auto done = (*connection)->draw_numbers(numbers_); !done) return done.error();
    return connection;
}

Result<void> SqliteFile::refuse_unfinished() {
    const std::lock_guard lock(probe_mutex_);
    return sql::refuse_unfinished(*probe_, options_.path);
}

Result<std::optional<ImportRecord>> SqliteFile::import_record() {
    const std::lock_guard lock(probe_mutex_);
    return sql::read_import(*probe_);
}

Result<void> SqliteFile::begin_import(const std::string& source) {
    const std::lock_guard lock(probe_mutex_);
    return sql::begin_import(*probe_, source);
}

Result<void> SqliteFile::finish_import() {
    const std::lock_guard lock(probe_mutex_);
    return sql::finish_import(*probe_);
}

Result<void> SqliteFile::ping() {
    const std::lock_guard lock(probe_mutex_);
    const auto migrations = probe_->number("SELECT count(*) FROM schema_migrations");
    if (!migrations) return migrations.error();
    if (const int code = checkpoints_->last_failure(); code != SQLITE_OK) {
        return failure(nullptr, code, "checkpoint", options_.path);
    }
    return {};
}

}  // namespace whispr::sqlite
