#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using Numbers = std::vector<Mseq>;

struct Around : InlineEngine {
    explicit Around(int messages) : id(direct(alice, bob)) {
        for (int i = 1; i <= messages; ++i)
            all.push_back(sent(i % 2 == 0 ? alice : bob, id, std::to_string(i)));
    }
    PageRequest request(Mseq mseq, std::size_t limit) const {
        PageRequest wanted;
        wanted.conversation = id;
        wanted.around = all[static_cast<std::size_t>(mseq) - 1].id;
        wanted.limit = limit;
        return wanted;
    }
    Numbers numbers(Mseq mseq, std::size_t limit) {
        Numbers found;
        last = page(alice, request(mseq, limit)).value();
        for (const auto& message : last.messages)
            found.push_back(message.mseq);
        return found;
    }

    ConversationId id;
    std::vector<Message> all;
    MessagePage last;
};

}  // namespace

TEST_CASE("the page around a message has it in its middle", "[messages]") {
    Around on(20);
    CHECK(on.numbers(10, 5) == Numbers{12, 11, 10, 9, 8});
    CHECK(on.last.has_more);
    CHECK(on.last.has_newer);
    CHECK(on.last.conversation == on.id);
    CHECK(on.numbers(10, 4) == Numbers{12, 11, 10, 9});
    CHECK(on.numbers(10, 1) == Numbers{10});
    CHECK(on.last.has_more);
    CHECK(on.last.has_newer);
}

TEST_CASE("the page around a message says at which end history goes on", "[messages]") {
    Around on(20);
    CHECK(on.numbers(2, 6) == Numbers{5, 4, 3, 2, 1});
    CHECK_FALSE(on.last.has_more);
    CHECK(on.last.has_newer);
    CHECK(on.numbers(19, 6) == Numbers{20, 19, 18, 17});
    CHECK(on.last.has_more);
    CHECK_FALSE(on.last.has_newer);
    CHECK(on.numbers(10, 100).size() == 20);
    CHECK_FALSE(on.last.has_more);
    CHECK_FALSE(on.last.has_newer);
}

TEST_CASE("other cursors are ignored beside the message in the middle", "[messages]") {
    Around on(9);
    auto request = on.request(5, 3);
    request.before_mseq = 2;
    request.after = on.all[7].sent_at;
    const auto page = on.page(alice, request).value();
    REQUIRE(page.messages.size() == 3);
    CHECK(page.messages[1].mseq == 5);
}

TEST_CASE("the page around a message is filled past what the reader may not see", "[messages]") {
    Around on(9);
    DeleteMessage removal;
    removal.message = on.all[5].id;
    REQUIRE(on.remove(alice, removal).result());
    removal.message = on.all[3].id;
    removal.for_everyone = true;
    REQUIRE(on.remove(alice, removal).result());
    CHECK(on.numbers(5, 5) == Numbers{8, 7, 5, 3, 2});
}

TEST_CASE("a message that cannot be seen is the middle of no page", "[messages]") {
    Around on(9);
    const auto refused = [&](UserId who, const PageRequest& request) {
        return on.page(who, request).error().code;
    };
    CHECK(refused(carol, on.request(5, 5)) == Errc::not_a_member);
    auto request = on.request(5, 5);
    request.around = MessageId{numbered(404)};
    CHECK(refused(alice, request) == Errc::message_not_found);
    request.around = on.sent(alice, on.direct(alice, carol), "elsewhere").id;
    CHECK(refused(alice, request) == Errc::message_not_found);

    DeleteMessage removal;
    removal.message = on.all[4].id;
    REQUIRE(on.remove(alice, removal).result());
    CHECK(refused(alice, on.request(5, 5)) == Errc::message_not_found);
    CHECK(on.page(bob, on.request(5, 5)).value().messages.size() == 5);
    removal.for_everyone = true;
    REQUIRE(on.remove(bob, removal).result());
    CHECK(refused(bob, on.request(5, 5)) == Errc::message_not_found);

    SendMessage brief;
    brief.conversation = on.id;
    brief.content = "brief";
    brief.ttl = std::chrono::seconds(5);
    request.around = on.send(alice, std::move(brief)).value().message->id;
    CHECK(on.page(alice, request).value().messages.front().content == "brief");
    on.clock->advance(std::chrono::seconds(5));
    CHECK(refused(alice, request) == Errc::message_not_found);
}
