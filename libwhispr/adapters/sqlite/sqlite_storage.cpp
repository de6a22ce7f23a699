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

    Uuid epoch() const noexcept override { return file_->epoch(); }
    Result<void> ping() override { return file_->ping(); }

 private:
    const std::shared_ptr<sqlite::SqliteFile> file_;
};

class SqliteImportLog final : public ImportLog {
 public:
    explicit SqliteImportLog(std::shared_ptr<sqlite::SqliteFile> file) : file_(std::move(file)) {}

    Result<std::optional<ImportRecord>> record() override { return file_->import_record(); }
    Result<void> begin(const std::string& source) override { return file_->begin_import(source); }
    Result<void> finish() override { return file_->finish_import(); }

 private:
    const std::shared_ptr<sqlite::SqliteFile> file_;
};

}  // namespace

Result<std::shared_ptr<Storage>> open_sqlite_storage(SqliteOptions options,
                                                     std::shared_ptr<Clock> clock) {
    auto file = sqlite::SqliteFile::open(std::move(options), std::move(clock));
    if (!file) return file.error();
    if (auto complete = (*file)->refuse_unfinished(); !complete) return complete.error();
    return std::shared_ptr<Storage>(std::make_shared<SqliteStorage>(*std::move(file)));
}

Result<ImportTarget> open_sqlite_import(SqliteOptions options, std::shared_ptr<Clock> clock) {
    auto file = sqlite::SqliteFile::open(std::move(options), std::move(clock));
    if (!file) return file.error();
    return ImportTarget{.storage = std::make_shared<SqliteStorage>(*file),
                        .log = std::make_shared<SqliteImportLog>(*file)};
}

}  // namespace whispr
