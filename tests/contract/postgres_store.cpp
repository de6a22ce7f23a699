#include "postgres_store.hpp"

#include "postgres_server.hpp"

namespace whispr::test {

void run_on_postgres(const std::string& sql) {
    (void)PostgresServer::instance().ask(sql);
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
