#include "sql/dialect.hpp"
#include "sql/statements.hpp"
#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

/// What PostgreSQL calls the type of an array of a key's values.
const char* array_type(sql::KeyType type) {
    switch (type) {
        case sql::KeyType::uuid:
            return "uuid[]";
        case sql::KeyType::bigint:
            return "bigint[]";
        case sql::KeyType::small:
            return "smallint[]";
        case sql::KeyType::boolean:
            return "boolean[]";
        case sql::KeyType::text:
            return "text[]";
        case sql::KeyType::bytes:
            return "bytea[]";
    }
    return "";
}

}  // namespace

TEST_CASE("a statement's words become each database's text", "[sql]") {
    const sql::Statement select{"find", "id uuid, seq bigint",
                                "SELECT {mseq m} FROM {keys} messages m "
                                "WHERE m.id = $id AND {message m; $seq; 1 + $seq} {lock m}"};
    const sql::Expanded sqlite = sql::expand(select, sql::Dialect::sqlite);
    CHECK(sqlite.sql ==
          "SELECT (m.key & 4294967295) FROM  messages m "
          "WHERE m.id = ?1 AND m.key = (?2 << 32 | 1 + ?2) ");
    CHECK(sqlite.keys == std::vector{sql::KeyType::uuid, sql::KeyType::bigint});
    CHECK(
        sql::expand(select, sql::Dialect::postgres).sql ==
        "SELECT m.mseq FROM unnest($1::uuid[], $2::bigint[]) AS k(id, seq) CROSS JOIN  messages m "
        "WHERE m.id = k.id AND m.no = k.seq AND m.mseq = 1 + k.seq "
        "FOR NO KEY UPDATE OF m SKIP LOCKED");

    const sql::Statement insert{"put", "id uuid, flag bool",
                                "INSERT INTO t (id, flag) {values} $id, $flag {/values}"};
    CHECK(sql::expand(insert, sql::Dialect::sqlite).sql ==
          "INSERT INTO t (id, flag) VALUES ( ?1, ?2 )");
    CHECK(sql::expand(insert, sql::Dialect::postgres).sql ==
          "INSERT INTO t (id, flag) SELECT  k.id, k.flag  "
          "FROM unnest($1::uuid[], $2::boolean[]) AS k(id, flag)");
}

TEST_CASE("a migration's words and lines become each database's text", "[sql]") {
    const char* script =
        "CREATE TABLE t (\n@sqlite     key INTEGER,\n@postgres     no bigint,\n    id {uuid}\n"
        ") {without_rowid};";
    CHECK(sql::expand_script(script, sql::Dialect::sqlite) ==
          "CREATE TABLE t (\n    key INTEGER,\n    id BLOB\n) WITHOUT ROWID;\n");
    CHECK(sql::expand_script(script, sql::Dialect::postgres) ==
          "CREATE TABLE t (\n    no bigint,\n    id uuid\n) ;\n");
}

TEST_CASE("PostgreSQL can prepare every statement", "[postgres]") {
    PostgresStore store;
    std::string script = "SET search_path = " + store.schema();
    int number = 0;
    const std::vector<const sql::Statement*> statements = sql::all_statements();
    CHECK(statements.size() > 40);
    for (const sql::Statement* statement : statements) {
        const sql::Expanded expanded = sql::expand(*statement, sql::Dialect::postgres);
        std::string types;
        for (const sql::KeyType key : expanded.keys) {
            types += (types.empty() ? "" : ", ") + std::string(array_type(key));
        }
        script += "; PREPARE s" + std::to_string(++number) + "(" + types + ") AS " + expanded.sql;
    }
    run_on_postgres(script);
}
