#include "sql/sql_tables.hpp"

#include <algorithm>

#include "postgres_store.hpp"
#include "sql/migrate.hpp"
#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

/// What the migrations make in a database, but for the parts of a table.
std::vector<std::string> tables_made(sql::Dialect dialect) {
    std::vector<std::string> names{"schema_migrations"};
    for (const sql::Migration& migration : sql::embedded_migrations()) {
        const std::string script = sql::expand_script(migration.text, dialect);
        for (const std::string kind : {"CREATE TABLE ", "CREATE VIRTUAL TABLE "}) {
            for (auto at = script.find(kind); at != std::string::npos;
                 at = script.find(kind, at + 1)) {
                const auto begin = at + kind.size();
                const auto end = script.find_first_of(" (", begin);
                if (script.substr(end, 14) == " PARTITION OF ") continue;
                names.push_back(script.substr(begin, end - begin));
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> tables_listed() {
    std::vector<std::string> names;
    for (const sql::CopiedTable& table : sql::copied_tables())
        names.emplace_back(table.name);
    for (const sql::TableLeftOut& table : sql::tables_left_out())
        names.emplace_back(table.name);
    std::sort(names.begin(), names.end());
    return names;
}

std::string in_order(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names)
        text.append(text.empty() ? "" : ",").append(name);
    return text;
}

}  // namespace

TEST_CASE("every table of the migrations is copied, or left out for a reason", "[sql]") {
    CHECK(tables_listed() == tables_made(sql::Dialect::sqlite));
    CHECK(tables_listed() == tables_made(sql::Dialect::postgres));
}

TEST_CASE("the statements of a table say its key once, in each database's form", "[sql]") {
    const auto tables = sql::copied_tables();
    const auto reactions = std::find_if(tables.begin(), tables.end(),
                                        [](const auto& t) { return t.name == "reactions"; });
    REQUIRE(reactions != tables.end());
    CHECK(sql::expand(reactions->read_beyond, sql::Dialect::sqlite).sql ==
          "SELECT (t.key >> 32), (t.key & 4294967295), t.user_id, t.reaction, t.id, t.created_at "
          "FROM   (SELECT * FROM reactions WHERE (key, user_id, reaction) > "
          "((?1 << 32 | ?2), ?3, ?4) ORDER BY key, user_id, reaction LIMIT ?5) t ");
    CHECK(sql::expand(reactions->read_beyond, sql::Dialect::postgres).sql ==
          "SELECT t.no, t.mseq, t.user_id, t.reaction, t.id, t.created_at "
          "FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[], $5::bigint[]) "
          "AS k(no, mseq, user_id, reaction, max_rows) CROSS JOIN  LATERAL "
          "(SELECT * FROM reactions WHERE (no, mseq, user_id, reaction) > "
          "(k.no, k.mseq, k.user_id, k.reaction) ORDER BY no, mseq, user_id, reaction "
          "LIMIT k.max_rows) t ORDER BY t.no, t.mseq, t.user_id, t.reaction");
}

TEST_CASE("every column of a copied table is copied", "[postgres]") {
    PostgresStore store;
    for (const sql::CopiedTable& table : sql::copied_tables()) {
        std::vector<std::string> columns;
        for (const sql::TableColumn& column : table.columns)
            columns.emplace_back(column.name);
        const std::string name = store.schema() + "." + std::string(table.name);
        run_on_postgres(
            "DO $$ DECLARE there text := (SELECT string_agg(attname, ',' ORDER BY attname "
            "COLLATE \"C\") FROM pg_attribute WHERE attrelid = '" +
            name + "'::regclass AND attnum > 0 AND attname <> '" +
            std::string(sql::column_left_out) +
            "' "
            "AND NOT attisdropped); BEGIN IF there <> '" +
            in_order(columns) + "' THEN RAISE EXCEPTION '" + name +
            " has the columns %', there; END IF; END $$");
    }
}
