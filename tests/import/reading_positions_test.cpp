#include "import/reading_positions.hpp"

#include <array>
#include <catch2/catch.hpp>

using namespace whispr;
using namespace whispr_cli;

namespace {

constexpr UserId author{Uuid{{1}}};
constexpr UserId reader{Uuid{{2}}};

Time second(int n) {
    return Time{std::chrono::seconds{n}};
}

/// Messages of the author, one a second from 1; the second is the number.
ReadingPositions::Seen said(int n) {
    return {n, second(n), author, false};
}
Receipt read(int n) {
    return {reader, std::nullopt, second(100 + n)};
}

PositionRow only(const ReadingPositions& positions) {
    REQUIRE(positions.positions().size() == 1);
    return positions.positions().front();
}

}  // namespace

TEST_CASE("a moment covers all messages up to its second", "[import]") {
    ReadingPositions positions({{reader, second(2)}});
    for (int n = 1; n <= 3; ++n)
        positions.message(said(n), {});
    positions.message({4, second(3), author, false}, {});
    CHECK(only(positions).read_mseq == 2);
    CHECK(only(positions).read_at == second(2));
    CHECK(only(positions).delivered_mseq == 2);
}

TEST_CASE("a moment after the last message covers everything", "[import]") {
    ReadingPositions positions({{reader, second(50)}});
    for (int n = 1; n <= 3; ++n)
        positions.message(said(n), {});
    CHECK(only(positions).read_mseq == 3);
}

TEST_CASE("who has read nothing has no position", "[import]") {
    ReadingPositions positions({{reader, std::nullopt}});
    positions.message({1, second(1), reader, false}, {});
    positions.message(said(2), {});
    CHECK(only(positions).read_mseq == 0);
    CHECK_FALSE(only(positions).read_at);
    CHECK_FALSE(only(positions).delivered_at);
}

TEST_CASE("receipts count up to the first message of others without one", "[import]") {
    ReadingPositions positions({{reader, std::nullopt}});
    const std::array receipts{read(1), read(2), read(5)};
    positions.message(said(1), std::span(receipts).subspan(0, 1));
    positions.message(said(2), std::span(receipts).subspan(1, 1));
    positions.message({3, second(3), reader, false}, {});
    positions.message(said(4), {});
    positions.message(said(5), std::span(receipts).subspan(2, 1));
    CHECK(only(positions).read_mseq == 2);
    CHECK(only(positions).read_at == second(102));
    CHECK(positions.lost() == 1);
}

TEST_CASE("one's own and deleted messages are no gap between receipts", "[import]") {
    ReadingPositions positions({{reader, std::nullopt}});
    const std::array receipts{read(1), read(4)};
    positions.message(said(1), std::span(receipts).subspan(0, 1));
    positions.message({2, second(2), reader, false}, {});
    positions.message({3, second(3), author, true}, {});
    positions.message(said(4), std::span(receipts).subspan(1, 1));
    CHECK(only(positions).read_mseq == 4);
    CHECK(positions.lost() == 0);
}

TEST_CASE("receipts go on from where the moment ends", "[import]") {
    ReadingPositions positions({{reader, second(2)}});
    const std::array receipts{read(3)};
    positions.message(said(1), {});
    positions.message(said(2), {});
    positions.message(said(3), receipts);
    positions.message(said(4), {});
    CHECK(only(positions).read_mseq == 3);
    CHECK(only(positions).read_at == second(103));
}

TEST_CASE("the newest delivery is the position, whatever is missing before", "[import]") {
    ReadingPositions positions({{reader, std::nullopt}});
    const std::array receipts{Receipt{reader, second(9), std::nullopt}};
    positions.message(said(1), {});
    positions.message(said(2), receipts);
    CHECK(only(positions).read_mseq == 0);
    CHECK(only(positions).delivered_mseq == 2);
    CHECK(only(positions).delivered_at == second(9));
}

TEST_CASE("receipts of somebody who is no member are left out", "[import]") {
    ReadingPositions positions({{reader, std::nullopt}});
    const std::array receipts{Receipt{UserId{Uuid{{7}}}, second(9), second(9)}};
    positions.message(said(1), receipts);
    CHECK(only(positions).delivered_mseq == 0);
}

TEST_CASE("each reader has a position of his own", "[import]") {
    constexpr UserId third{Uuid{{3}}};
    ReadingPositions positions({{third, second(1)}, {reader, second(3)}, {author, std::nullopt}});
    for (int n = 1; n <= 3; ++n)
        positions.message(said(n), {});
    const auto rows = positions.positions();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].user == third);
    CHECK(rows[0].read_mseq == 1);
    CHECK(rows[1].read_mseq == 3);
    CHECK(rows[2].read_mseq == 0);
}
