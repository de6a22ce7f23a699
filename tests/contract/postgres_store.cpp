#include "postgres_store.hpp"

#include <libpq-fe.h>

#include "postgres_server.hpp"

namespace whispr::test {

void run_on_postgres(const std::string& sql) {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(
        PQconnectdb(PostgresServer::instance().connection_string().c_str()), PQfinish);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> answer(
        PQexec(connection.get(), ("SET client_min_messages = warning; " + sql).c_str()), PQclear);
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        FAIL(PQerrorMessage(connection.get()) << sql);
}

PostgresStore::PostgresStore() {
    static int stores = 0;
    schema_ = "store_" + std::to_string(++stores);
    reopen();
}

PostgresStore::~PostgresStore() {
    reader_.reset();
    lane_.reset();
    storage_.reset();
    run_on_postgres("DROP SCHEMA " + schema_ + " CASCADE");
}

PostgresOptions PostgresStore::options() const {
    PostgresOptions options;
    options.connection = PostgresServer::instance().connection_string();
    options.schema = schema_;
    options.lanes = 1;
    return options;
}

std::shared_ptr<Storage> PostgresStore::open(std::shared_ptr<Storage> before) {
    before.reset();
    return take(open_postgres_storage(options(), clock_));
}

}  // namespace whispr::test
