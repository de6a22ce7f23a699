#include "sql/sql_lane.hpp"
#include "sql/sql_reader.hpp"
#include "sqlite_file.hpp"

namespace whispr {

namespace {

class SqliteStorage final : public Storage {
 public:
    explicit SqliteStorage(std::shared_ptr<sqlite::SqliteFile> file) : file_(std::move(file)) {}

    std::size_t lanes() const noexcept override { return 1; }

    Result<std::unique_ptr<LaneStorage>> open_lane() override {
        auto connection = file_->open_lane();
        if (!connection) return connection.error();
        return sql::make_lane(*std::move(connection));
    }

    Result<std::unique_ptr<ReadStorage>> open_reader() override {
        auto connection = file_->open_reader();
        if (!connection) return connection.error();
        return sql::make_reader(*std::move(connection));
    }

    Result<Uuid> epoch() override { return file_->epoch(); }
    Result<void> ping() override { return file_->ping(); }

 private:
    const std::shared_ptr<sqlite::SqliteFile> file_;
};

}  // namespace

Result<std::shared_ptr<Storage>> open_sqlite_storage(SqliteOptions options,
                                                     std::shared_ptr<Clock> clock) {
    auto file = sqlite::SqliteFile::open(std::move(options), std::move(clock));
    if (!file) return file.error();
    return std::shared_ptr<Storage>(std::make_shared<SqliteStorage>(*std::move(file)));
}

}  // namespace whispr
