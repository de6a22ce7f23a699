#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

template <class Engine>
struct Drafting : Engine {
    using Engine::Engine;

    Answer<Draft> save(UserId caller, ConversationId id, std::string content,
                       std::string metadata = "{}") {
        Answer<Draft> answer;
        this->engine->drafts().save({caller, {}}, {id, std::move(content), std::move(metadata)},
                                    answer.completion());
        return answer;
    }
    Answer<Draft> draft(UserId caller, ConversationId id) {
        Answer<Draft> answer;
        this->engine->drafts().show({caller, {}}, id, answer.completion());
        return answer;
    }
    Answer<Done> discard(UserId caller, DraftId draft) {
        Answer<Done> answer;
        this->engine->drafts().remove({caller, {}}, draft, answer.completion());
        return answer;
    }
};

}  // namespace

TEST_CASE("a draft is kept for its user, who is told on every device", "[drafts]") {
    Drafting<InlineEngine> on;
    const auto id = on.direct(alice, bob);
    on.sink->clear();
    const Draft saved = on.save(alice, id, "dear bob", R"({"a":1})").value();
    CHECK(saved.conversation == id);
    CHECK(saved.user == alice);
    CHECK(saved.created_at == on.clock->now());
    CHECK(saved.useq == 1);
    const Draft shown = on.draft(alice, id).value();
    CHECK(shown.id == saved.id);
    CHECK(shown.content == "dear bob");
    CHECK(shown.metadata == R"({"a":1})");
    CHECK(on.draft(bob, id).error().code == Errc::not_found);

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<DraftSaved>(told[0].what).draft.content == "dear bob");
    CHECK(told[0].user == alice);
    CHECK(told[0].useq == 1);
    CHECK(told[0].conversation == id);
    CHECK_FALSE(told[0].audience);
}

TEST_CASE("a draft that is saved again keeps its id and its beginning", "[drafts]") {
    Drafting<InlineEngine> on;
    const auto id = on.direct(alice, bob);
    const Draft first = on.save(alice, id, "one", R"({"a":1})").value();
    on.clock->advance(std::chrono::minutes(1));
    const Draft second = on.save(alice, id, "two").value();
    CHECK(second.id == first.id);
    CHECK(second.created_at == first.created_at);
    CHECK(second.updated_at == on.clock->now());
    CHECK(second.metadata == "{}");
    CHECK(second.useq == 2);
    CHECK(on.draft(alice, id).value().content == "two");
}

TEST_CASE("each member has a draft of its own, in each conversation", "[drafts]") {
    Drafting<InlineEngine> on;
    const auto one = on.direct(alice, bob);
    const auto two = on.direct(alice, carol);
    (void)on.save(alice, one, "to bob").value();
    (void)on.save(alice, two, "to carol").value();
    (void)on.save(bob, one, "to alice").value();
    CHECK(on.draft(alice, one).value().content == "to bob");
    CHECK(on.draft(alice, two).value().content == "to carol");
    CHECK(on.draft(bob, one).value().content == "to alice");
}

TEST_CASE("a draft that is removed is gone, and can be begun anew", "[drafts]") {
    Drafting<InlineEngine> on;
    const auto id = on.direct(alice, bob);
    const DraftId first = on.save(alice, id, "one").value().id;
    on.sink->clear();
    REQUIRE(on.discard(alice, first).result());
    CHECK(on.sink->last<DraftRemoved>().draft == first);
    CHECK(on.sink->all().at(0).useq == 2);
    CHECK(on.draft(alice, id).error().code == Errc::not_found);
    CHECK(on.discard(alice, first).error().code == Errc::not_found);
    CHECK(on.save(alice, id, "two").value().id != first);
}

TEST_CASE("a draft of somebody else is not there", "[drafts]") {
    Drafting<InlineEngine> on;
    const auto id = on.direct(alice, bob);
    const DraftId draft = on.save(alice, id, "mine").value().id;
    CHECK(on.discard(bob, draft).error().code == Errc::not_found);
    CHECK(on.discard(carol, draft).error().code == Errc::not_found);
    CHECK(on.discard(alice, DraftId{numbered(99)}).error().code == Errc::not_found);
    CHECK(on.draft(alice, id).value().content == "mine");
}

TEST_CASE("only members have drafts, and what is wrong with one is told to them alone",
          "[drafts]") {
    Drafting<InlineEngine> on;
    const auto id = on.direct(alice, bob);
    const ConversationId nowhere{numbered(404)};
    CHECK(on.save(carol, id, "").error().code == Errc::not_a_member);
    CHECK(on.draft(carol, id).error().code == Errc::not_a_member);
    CHECK(on.save(alice, nowhere, "x").error().code == Errc::conversation_not_found);
    CHECK(on.draft(alice, nowhere).error().code == Errc::conversation_not_found);
    using Fields = std::vector<FieldError>;
    CHECK(on.save(alice, id, "").error().fields == Fields{{"content", "can't be blank"}});
    CHECK(on.save(alice, id, std::string(65'537, 'x')).error().fields ==
          Fields{{"content", "exceeds maximum size of 65536 bytes"}});
    CHECK(on.save(alice, id, std::string("a\0b", 3)).error().fields ==
          Fields{{"content", "is invalid"}});
    CHECK(on.save(alice, id, "x", "[]").error().fields == Fields{{"metadata", "is invalid"}});
    CHECK(on.save(alice, id, std::string(65'536, 'x')).result());
}

TEST_CASE("who was removed sees no draft any more, but may still discard it", "[drafts]") {
    Drafting<InlineEngine> on;
    const auto id = on.group(alice, {bob});
    const DraftId draft = on.save(bob, id, "mine").value().id;
    REQUIRE(on.remove_member(alice, id, bob).result());
    CHECK(on.draft(bob, id).error().code == Errc::not_a_member);
    CHECK(on.save(bob, id, "again").error().code == Errc::not_a_member);
    CHECK(on.discard(bob, draft).result());
    CHECK(on.discard(bob, draft).error().code == Errc::not_found);
}

TEST_CASE("what a batch does to one draft ends as the last of it said", "[drafts]") {
    Drafting<ManualEngine> on;
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    const auto first = on.save(alice, id, "one");
    const auto second = on.save(alice, id, "two");
    on.executor->release();
    CHECK(second.value().id == first.value().id);
    CHECK(second.value().useq == 2);
    CHECK(on.draft(alice, id).value().content == "two");

    // The removal finds the draft on a reader, and comes to the lane while the save waits there.
    const DraftId draft = first.value().id;
    on.executor->hold();
    const auto gone = on.discard(alice, draft);
    const auto third = on.save(alice, id, "three");
    on.executor->release();
    CHECK(third.result());
    CHECK(gone.result());
    CHECK(on.draft(alice, id).error().code == Errc::not_found);
    CHECK(on.save(alice, id, "four").value().useq == 5);
}

TEST_CASE("a draft that is removed and saved in one batch is a new one", "[drafts]") {
    Drafting<ManualEngine> on;
    const auto id = on.direct(alice, bob);
    const DraftId old = on.save(alice, id, "old").value().id;
    on.executor->hold();
    const auto gone = on.discard(alice, old);
    on.executor->run_once();
    const auto fresh = on.save(alice, id, "fresh");
    on.executor->release();
    CHECK(gone.result());
    CHECK(fresh.value().id != old);
    CHECK(on.draft(alice, id).value().id == fresh.value().id);
    CHECK(on.discard(alice, old).error().code == Errc::not_found);
}
