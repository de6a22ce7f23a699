#include "import/service_tables.hpp"

#include <catch2/catch.hpp>

using namespace whispr_cli;

namespace {

constexpr ServiceTable table{"messages", "id uuid, content bytes, sent_at time, token number"};

}  // namespace

TEST_CASE("a table with all columns of their kinds is accepted, whatever else it has", "[import]") {
    CHECK(compare_columns(table, {{"id", "uuid"},
                                  {"content", "bytea"},
                                  {"sent_at", "timestamp without time zone"},
                                  {"token", "bigint"},
                                  {"more", "text"}})
              .empty());
}

TEST_CASE("every column that is missing or of another type is named", "[import]") {
    CHECK(compare_columns(table, {{"id", "text"}, {"content", "bytea"}, {"token", "integer"}}) ==
          "\n  messages.id is of type text\n  messages has no column sent_at");
}

TEST_CASE("a table that is not there is named once", "[import]") {
    CHECK(compare_columns(table, {}) == "\n  there is no table messages");
}

TEST_CASE("every table that is read has columns with known kinds", "[import]") {
    for (const ServiceTable& one : service_tables()) {
        CHECK_FALSE(one.columns.empty());
        CHECK(compare_columns(one, {{"nothing", "x"}}).find("has no column") != std::string::npos);
    }
}
