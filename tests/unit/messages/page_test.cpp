#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

struct History : InlineEngine {
    explicit History(int messages) : id(direct(alice, bob)) {
        for (int i = 1; i <= messages; ++i) {
            clock->advance(std::chrono::seconds(1));
            all.push_back(sent(i % 2 == 0 ? alice : bob, id, std::to_string(i)));
        }
    }
    std::vector<Mseq> numbers(const PageRequest& request) {
        std::vector<Mseq> found;
        last = page(alice, request).value();
        for (const auto& message : last.messages)
            found.push_back(message.mseq);
        return found;
    }
    PageRequest request(std::size_t limit) const {
        PageRequest wanted;
        wanted.conversation = id;
        wanted.limit = limit;
        return wanted;
    }

    ConversationId id;
    std::vector<Message> all;
    MessagePage last;
};

using Numbers = std::vector<Mseq>;

}  // namespace

TEST_CASE("without a cursor a page holds the newest messages", "[messages]") {
    History on(5);
    CHECK(on.numbers(on.request(3)) == Numbers{5, 4, 3});
    CHECK(on.last.has_more);
    CHECK(on.last.conversation == on.id);
    CHECK(on.numbers(on.request(5)) == Numbers{5, 4, 3, 2, 1});
    CHECK_FALSE(on.last.has_more);
}

TEST_CASE("paging back goes on before the cursor, by number or by time", "[messages]") {
    History on(5);
    auto request = on.request(2);
    request.before_mseq = 4;
    CHECK(on.numbers(request) == Numbers{3, 2});
    CHECK(on.last.has_more);
    request.before_mseq = 2;
    CHECK(on.numbers(request) == Numbers{1});
    CHECK_FALSE(on.last.has_more);
    request.before_mseq = 1;
    CHECK(on.numbers(request).empty());

    request = on.request(2);
    request.before = on.all[3].sent_at;
    CHECK(on.numbers(request) == Numbers{3, 2});
    request.before = on.all[3].sent_at + std::chrono::microseconds(1);
    CHECK(on.numbers(request) == Numbers{4, 3});
}

TEST_CASE("paging forward gives the oldest first in line, newest first in the page", "[messages]") {
    History on(5);
    auto request = on.request(2);
    request.after_mseq = 1;
    CHECK(on.numbers(request) == Numbers{3, 2});
    CHECK(on.last.has_more);
    request.after_mseq = 3;
    CHECK(on.numbers(request) == Numbers{5, 4});
    CHECK_FALSE(on.last.has_more);
    request.after_mseq = 5;
    CHECK(on.numbers(request).empty());
    CHECK_FALSE(on.last.has_more);

    request = on.request(2);
    request.after = on.all[0].sent_at;
    CHECK(on.numbers(request) == Numbers{3, 2});
    CHECK(on.last.has_more);
}

TEST_CASE("cursors on both sides bound a page on both sides", "[messages]") {
    History on(9);
    auto request = on.request(10);
    request.after_mseq = 3;
    request.before_mseq = 7;
    CHECK(on.numbers(request) == Numbers{6, 5, 4});
    CHECK_FALSE(on.last.has_more);
    request.limit = 2;
    CHECK(on.numbers(request) == Numbers{5, 4});
    CHECK(on.last.has_more);
}

TEST_CASE("pages by time lose nothing although all was sent at the same moment", "[messages]") {
    History on(0);
    for (int i = 0; i < 10; ++i)
        on.sent(alice, on.id, std::to_string(i));
    auto request = on.request(3);
    Numbers seen;
    do {
        for (const auto mseq : on.numbers(request))
            seen.push_back(mseq);
        request.before = on.last.messages.back().sent_at;
    } while (on.last.has_more);
    CHECK(seen == Numbers{10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
}

TEST_CASE("a page holds between one and a hundred messages", "[messages]") {
    History on(103);
    CHECK(on.numbers(on.request(0)) == Numbers{103});
    CHECK(on.numbers(on.request(SIZE_MAX)).size() == limits::page_rows);
    CHECK(on.last.has_more);
}

TEST_CASE("a page is filled up past what the reader may not see", "[messages]") {
    History on(6);
    DeleteMessage command;
    command.message = on.all[4].id;
    REQUIRE(on.remove(alice, command).result());
    command.message = on.all[3].id;
    command.for_everyone = true;
    REQUIRE(on.remove(alice, command).result());
    CHECK(on.numbers(on.request(2)) == Numbers{6, 3});
    CHECK(on.last.has_more);
    CHECK(on.contents(bob, on.id) == std::vector<std::string>{"6", "5", "3", "2", "1"});
}

TEST_CASE("a page tells reactions and how far each message has come", "[messages]") {
    History on(3);
    REQUIRE(on.react(alice, on.all[0].id, "\U0001f44d").result());
    REQUIRE(on.react(bob, on.all[0].id, "\u2764").result());
    REQUIRE(on.read(alice, {on.id, on.all[0].id}).result());
    REQUIRE(on.delivered(alice, on.id, Mseq{3}).result());
    const auto page = on.page(bob, on.request(10)).value().messages;
    CHECK(page[2].reactions.size() == 2);
    CHECK(page[2].reactions[0].reaction == "\U0001f44d");
    CHECK(page[2].status == DeliveryStatus::read);
    CHECK(page[1].status == DeliveryStatus::sent);
    CHECK(page[0].status == DeliveryStatus::delivered);
    CHECK(page[0].reactions.empty());
}

TEST_CASE("history is for members", "[messages]") {
    History on(1);
    CHECK(on.page(carol, on.request(1)).error().code == Errc::not_a_member);
    CHECK(on.show(carol, on.all[0].id).error().code == Errc::message_not_found);
    CHECK(on.show(alice, MessageId{numbered(404)}).error().code == Errc::message_not_found);
    CHECK(on.show(alice, on.all[0].id).value().content == "1");
}
