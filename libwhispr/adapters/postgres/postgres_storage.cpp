#include "postgres_connection.hpp"
#include "postgres_replica.hpp"
#include "sql/sql_import.hpp"
#include "sql/sql_lane.hpp"
#include "sql/sql_reader.hpp"

namespace whispr {

namespace {

Result<std::unique_ptr<postgres::PostgresConnection>> connect_to(
    const std::shared_ptr<postgres::Database>& database) {
    auto session = database->connect();
    if (!session) return session.error();
    return std::make_unique<postgres::PostgresConnection>(database, *std::move(session));
}

class PostgresStorage final : public Storage {
 public:
    /// `replica` may be null.
    PostgresStorage(std::shared_ptr<postgres::Database> database,
                    std::shared_ptr<postgres::Replica> replica)
        : database_(std::move(database)), replica_(std::move(replica)) {}

    std::size_t lanes() const noexcept override { return database_->lanes(); }

    Result<std::unique_ptr<LaneStorage>> open_lane() override {
        auto token = database_->take_lane();
        if (!token) return Error{Errc::unavailable, "all lanes are open already", {}};
        auto connection = connect();
        if (!connection) return connection.error();
        (*connection)->keep(std::move(token));
        return sql::make_lane(*std::move(connection));
    }

    Result<std::unique_ptr<ReadStorage>> open_reader() override {
        auto connection = connect();
        if (!connection) return connection.error();
        if (!replica_) return sql::make_reader(*std::move(connection));
        return sql::make_reader(
            std::make_unique<postgres::ReplicaConnection>(*std::move(connection), replica_));
    }

    Uuid epoch() const noexcept override { return database_->epoch(); }
    Result<void> ping() override { return database_->ping(); }
    StorageFigures figures() const override {
        StorageFigures figures = database_->figures();
        if (replica_) figures.replica = replica_->figures();
        return figures;
    }

 private:
    Result<std::unique_ptr<postgres::PostgresConnection>> connect() {
        return connect_to(database_);
    }

    const std::shared_ptr<postgres::Database> database_;
    const std::shared_ptr<postgres::Replica> replica_;
};

Result<void> refuse_unfinished(const std::shared_ptr<postgres::Database>& database) {
    auto session = database->connect();
    if (!session) return session.error();
    const std::string place = (*session)->place();
    postgres::PostgresConnection connection(database, *std::move(session));
    return sql::refuse_unfinished(connection, place);
}

}  // namespace

Result<std::shared_ptr<Storage>> open_postgres_storage(PostgresOptions options,
                                                       std::shared_ptr<Clock> clock) {
    std::shared_ptr<postgres::Database> standby;
    if (!options.replica.empty()) {
        auto made = postgres::Database::of_replica(options);
        if (!made) return made.error();
        standby = *std::move(made);
    }
    const std::shared_ptr<LogSink> log = options.log;
    auto database = postgres::Database::open(std::move(options), std::move(clock));
    if (!database) return database.error();
    if (auto complete = refuse_unfinished(*database); !complete) return complete.error();
    auto replica =
        standby ? std::make_shared<postgres::Replica>(*database, std::move(standby), log) : nullptr;
    return std::shared_ptr<Storage>(
        std::make_shared<PostgresStorage>(*std::move(database), std::move(replica)));
}

}  // namespace whispr
