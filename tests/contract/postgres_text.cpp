#include "postgres_text.hpp"

#include <libpq-fe.h>

#include <map>

#include "postgres_server.hpp"
#include "sql/dialect.hpp"
#include "sql/migrate.hpp"
#include "sql/sql_lane.hpp"
#include "sql/sql_reader.hpp"

namespace whispr::test {

namespace {

struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

std::string hex(const sql::Value& value) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    const auto* bytes = static_cast<const unsigned char*>(value.data());
    for (std::size_t i = 0; i < value.size(); ++i) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

/// One element of an array, quoted.
std::string element(const sql::Value& value, sql::KeyType type) {
    switch (value.kind()) {
        case sql::Value::Kind::null:
            return "NULL";
        case sql::Value::Kind::number:
            if (type == sql::KeyType::boolean) return value.number() != 0 ? "t" : "f";
            return std::to_string(value.number());
        case sql::Value::Kind::data:
            break;
    }
    if (type == sql::KeyType::uuid) return hex(value);
    if (type == sql::KeyType::bytes) return "\"\\\\x" + hex(value) + "\"";
    std::string text = "\"";
    for (const char c : std::string_view(static_cast<const char*>(value.data()), value.size())) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
    return text + "\"";
}

class TextRow final : public sql::Row {
 public:
    TextRow(PGresult* result, int row) : result_(result), row_(row) {}

    bool null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
    std::int64_t number(int column) const override {
        const std::string value = PQgetvalue(result_, row_, column);
        if (value == "t" || value == "f") return value == "t" ? 1 : 0;
        return value.empty() ? 0 : std::stoll(value);
    }
    std::string_view data(int column) const override {
        constexpr Oid bytea = 17;
        constexpr Oid uuid = 2950;
        const Oid type = PQftype(result_, column);
        std::string text(PQgetvalue(result_, row_, column));
        if (type == bytea) text.erase(0, 2);
        if (type == uuid) std::erase(text, '-');
        if (type == bytea || type == uuid) {
            std::string bytes;
            for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
                bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
            }
            text = bytes;
        }
        return decoded_[column] = std::move(text);
    }

 private:
    PGresult* const result_;
    const int row_;
    mutable std::map<int, std::string> decoded_;
};

class TextConnection final : public sql::Connection {
 public:
    TextConnection(PGconn* connection, std::shared_ptr<Clock> clock)
        : connection_(connection), clock_(std::move(clock)) {}

    Result<void> begin(sql::Mode mode) override {
        return script(mode == sql::Mode::write ? "BEGIN"
                                               : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
    Result<void> commit() override { return script("COMMIT"); }
    void rollback() noexcept override { (void)script("ROLLBACK"); }
    Result<void> script(const std::string& sql) override {
        const Answer answer(PQexec(connection_.get(), sql.c_str()));
        return outcome(answer.get(), sql);
    }
    Result<Time> now() override { return clock_->now(); }

    Result<std::int64_t> run(const sql::Statement& statement, const sql::KeyRows& keys,
                             sql::OnRow on_row) override {
        if (keys.empty()) return std::int64_t{0};
        const sql::Expanded expanded = sql::expand(statement, sql::Dialect::postgres);
        const std::size_t columns = expanded.keys.size();
        std::vector<std::string> arrays(columns, "{");
        for (std::size_t i = 0; i < keys.values().size(); ++i) {
            const std::size_t column = i % columns;
            if (i >= columns) arrays[column] += ",";
            arrays[column] += element(keys.values()[i], expanded.keys[column]);
        }
        std::vector<const char*> parameters;
        for (std::string& array : arrays)
            parameters.push_back((array += "}").c_str());

        const std::string name(statement.name);
        if (prepared_[&statement]++ == 0) {
            const Answer answer(
                PQprepare(connection_.get(), name.c_str(), expanded.sql.c_str(), 0, nullptr));
            if (auto done = outcome(answer.get(), expanded.sql); !done) return done.error();
        }
        const Answer answer(PQexecPrepared(connection_.get(), name.c_str(),
                                           static_cast<int>(columns), parameters.data(), nullptr,
                                           nullptr, 0));
        if (auto done = outcome(answer.get(), expanded.sql); !done) return done.error();
        for (int row = 0; row < PQntuples(answer.get()); ++row)
            on_row(TextRow(answer.get(), row));
        const std::string changed = PQcmdTuples(answer.get());
        return changed.empty() ? std::int64_t{0} : std::stoll(changed);
    }

 private:
    static Result<void> outcome(const PGresult* answer, const std::string& sql) {
        const ExecStatusType status = PQresultStatus(answer);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
        const char* const state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
        const bool unique = state != nullptr && std::string(state) == "23505";
        return Error{
            unique ? Errc::already_exists : Errc::internal, PQresultErrorMessage(answer) + sql, {}};
    }

    const std::unique_ptr<PGconn, Finish> connection_;
    const std::shared_ptr<Clock> clock_;
    std::map<const sql::Statement*, int> prepared_;
};

class TextStorage final : public Storage {
 public:
    TextStorage(std::string schema, std::shared_ptr<Clock> clock)
        : schema_(std::move(schema)), clock_(std::move(clock)) {}

    std::size_t lanes() const noexcept override { return 1; }
    Result<std::unique_ptr<LaneStorage>> open_lane() override {
        if (!lane_.expired()) return Error{Errc::unavailable, "the lane is open already", {}};
        class Lane final : public LaneStorage {
         public:
            Lane(std::unique_ptr<LaneStorage> lane, std::shared_ptr<void> token)
                : token_(std::move(token)), lane_(std::move(lane)) {}
            Result<Locked> begin(const LockKeys& keys) override { return lane_->begin(keys); }
            Result<Loaded> load(const LoadKeys& keys) override { return lane_->load(keys); }
            Result<void> write(const ChangeSet& changes) override { return lane_->write(changes); }
            Result<void> commit() override { return lane_->commit(); }
            void rollback() noexcept override { lane_->rollback(); }

         private:
            std::shared_ptr<void> token_;
            std::unique_ptr<LaneStorage> lane_;
        };
        const auto token = std::make_shared<int>();
        lane_ = token;
        return std::unique_ptr<LaneStorage>(
            std::make_unique<Lane>(sql::make_lane(connect_to_postgres(schema_, clock_)), token));
    }
    Result<std::unique_ptr<ReadStorage>> open_reader() override {
        return sql::make_reader(connect_to_postgres(schema_, clock_));
    }
    Result<Uuid> epoch() override { return sql::read_epoch(*connect_to_postgres(schema_, clock_)); }
    Result<void> ping() override { return {}; }

 private:
    const std::string schema_;
    const std::shared_ptr<Clock> clock_;
    std::weak_ptr<void> lane_;
};

}  // namespace

std::unique_ptr<sql::Connection> connect_to_postgres(const std::string& schema,
                                                     std::shared_ptr<Clock> clock) {
    PGconn* const handle = PQconnectdb(PostgresServer::instance().connection_string().c_str());
    auto connection = std::make_unique<TextConnection>(handle, std::move(clock));
    if (PQstatus(handle) != CONNECTION_OK) FAIL(PQerrorMessage(handle));
    take(connection->script("SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS " +
                            schema + "; SET search_path = " + schema));
    return connection;
}

PostgresStore::PostgresStore() {
    static int stores = 0;
    schema_ = "store_" + std::to_string(++stores);
    reopen();
}

PostgresStore::~PostgresStore() {
    reader_.reset();
    lane_.reset();
    (void)connect_to_postgres(schema_, clock_)->script("DROP SCHEMA " + schema_ + " CASCADE");
}

std::shared_ptr<Storage> PostgresStore::open(std::shared_ptr<Storage>) {
    const auto connection = connect_to_postgres(schema_, clock_);
    take(sql::migrate(*connection, sql::Dialect::postgres, sql::embedded_migrations(), schema_));
    return std::make_shared<TextStorage>(schema_, clock_);
}

}  // namespace whispr::test
