#include <algorithm>
#include <catch2/catch.hpp>

#include "support/engine_with_ports.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

SendMessage signed_by(const std::string& key, ConversationId conversation,
                      std::int64_t client_random) {
    SendMessage command;
    command.conversation = conversation;
    command.content = "m" + std::to_string(client_random);
    command.client_random = client_random;
    command.signature = "by " + key;
    command.sender_public_key = key;
    return command;
}

std::vector<SenderKey> keys_of(EngineFixture& on, UserId user) {
    Answer<std::vector<SenderKey>> answer;
    on.engine->sender_keys().list({user, {}}, answer.completion());
    return answer.value();
}

Answer<SenderKey> revoke(EngineFixture& on, UserId user, const std::string& key) {
    Answer<SenderKey> answer;
    on.engine->sender_keys().revoke({user, {}}, key, answer.completion());
    return answer;
}

bool is_about_signature(const Error& error) {
    return error.code == Errc::invalid && error.fields.front().field == "signature";
}

}  // namespace

TEST_CASE("content, conversation and the low half of client_random are what is signed",
          "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    auto command = signed_by("k", id, 0x1'0203'0405);
    command.content = "h\xc3\xa9";
    CHECK(on.send(alice, command).result());
    const auto& bytes = id.uuid.bytes;
    CHECK(on.verifier->last_bytes == "h\xc3\xa9" + std::string(bytes.begin(), bytes.end()) +
                                         std::string("\x02\x03\x04\x05", 4));
    command.client_random = -1;
    CHECK(on.send(alice, command).result());
    CHECK(on.verifier->last_bytes.substr(on.verifier->last_bytes.size() - 4) == "\xff\xff\xff\xff");
}

TEST_CASE("a message whose signature does not hold is refused, and its key stays unknown",
          "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    auto command = signed_by("k", id, 1);
    command.signature = "by another";
    CHECK(is_about_signature(on.send(alice, command).error()));
    CHECK(keys_of(on, alice).empty());
    CHECK(on.contents(bob, id).empty());
}

TEST_CASE("a signed message without client_random is refused", "[sender_keys]") {
    EngineWithPorts on;
    auto command = signed_by("k", on.direct(alice, bob), 1);
    command.client_random.reset();
    CHECK(is_about_signature(on.send(alice, command).error()));
}

TEST_CASE("who may not know of the conversation learns nothing of the signature", "[sender_keys]") {
    EngineWithPorts on;
    auto command = signed_by("k", on.direct(alice, bob), 1);
    command.signature = "wrong";
    CHECK(on.send(carol, command).error().code == Errc::not_a_member);
    command.conversation = ConversationId{numbered(404)};
    CHECK(on.send(carol, command).error().code == Errc::conversation_not_found);
}

TEST_CASE("a wrong signature is told before wrong fields", "[sender_keys]") {
    EngineWithPorts on;
    auto command = signed_by("k", on.direct(alice, bob), 1);
    command.signature = "wrong";
    command.content.clear();
    const auto error = on.send(alice, command).error();
    CHECK(std::any_of(error.fields.begin(), error.fields.end(),
                      [](const FieldError& field) { return field.field == "signature"; }));
}

TEST_CASE("a user signs with several keys, each known from its first message on", "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    Answer<Sent> first;
    on.engine->messages().send({alice, "phone"}, signed_by("one", id, 1), first.completion());
    CHECK(first.result());
    const Time began = on.clock->now();
    on.clock->advance(std::chrono::seconds(1));
    Answer<Sent> second;
    on.engine->messages().send({alice, "laptop"}, signed_by("two", id, 2), second.completion());
    CHECK(second.result());
    CHECK(on.send(alice, signed_by("one", id, 3)).result());
    const auto keys = keys_of(on, alice);
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].public_key == "one");
    CHECK(keys[0].device == "phone");
    CHECK(keys[0].first_used_at == began);
    CHECK_FALSE(keys[0].revoked_at);
    CHECK(keys[1].device == "laptop");
    CHECK(keys_of(on, bob).empty());
}

TEST_CASE("a key that another user presents does not lock its owner out", "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    CHECK(on.send(bob, signed_by("alices", id, 1)).result());
    CHECK(on.send(alice, signed_by("alices", id, 2)).result());
    CHECK(revoke(on, bob, "alices").result());
    CHECK(on.send(alice, signed_by("alices", id, 3)).result());
}

TEST_CASE("nothing verifies with a revoked key, but what was stored stays a repeat",
          "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    const auto stored = on.send(alice, signed_by("k", id, 1)).value();
    on.clock->advance(std::chrono::seconds(5));
    const auto revoked = revoke(on, alice, "k").value();
    CHECK(revoked.revoked_at == on.clock->now());
    CHECK(is_about_signature(on.send(alice, signed_by("k", id, 2)).error()));
    const auto again = on.send(alice, signed_by("k", id, 1)).value();
    CHECK(again.repeat);
    CHECK(again.message->id == stored.message->id);
    CHECK(on.send(alice, signed_by("other", id, 3)).result());
    CHECK(keys_of(on, alice).front().revoked_at == revoked.revoked_at);
}

TEST_CASE("a key is revoked once, and only one's own", "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    CHECK(on.send(alice, signed_by("k", id, 1)).result());
    CHECK(revoke(on, bob, "k").error().code == Errc::not_found);
    CHECK(revoke(on, alice, "unknown").error().code == Errc::not_found);
    CHECK(revoke(on, alice, "k").result());
    CHECK(revoke(on, alice, "k").error().code == Errc::no_change);
}

TEST_CASE("a user has a bounded number of keys, and room again after revoking one",
          "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    std::int64_t random = 0;
    for (std::size_t i = 0; i < limits::keys_per_user; ++i)
        CHECK(on.send(alice, signed_by("k" + std::to_string(i), id, ++random)).result());
    CHECK(on.send(alice, signed_by("more", id, ++random)).error().code == Errc::limit_reached);
    CHECK(on.send(alice, signed_by("k0", id, ++random)).result());
    CHECK(on.send(bob, signed_by("bobs", id, ++random)).result());
    CHECK(revoke(on, alice, "k0").result());
    CHECK(on.send(alice, signed_by("more", id, ++random)).result());
    CHECK(keys_of(on, alice).size() == limits::keys_per_user + 1);
}

TEST_CASE("revoked keys do not pile up without end", "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    std::int64_t random = 0;
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < 8 * limits::keys_per_user + 8; ++i) {
        const std::string key = "k" + std::to_string(i);
        if (!on.send(alice, signed_by(key, id, ++random)).result()) break;
        ++accepted;
        CHECK(revoke(on, alice, key).result());
    }
    CHECK(accepted == 8 * limits::keys_per_user);
}

TEST_CASE("a message that is refused makes no key known", "[sender_keys]") {
    EngineWithPorts on;
    auto command = signed_by("k", on.direct(alice, bob), 1);
    command.reply_to = MessageId{numbered(404)};
    CHECK(on.send(alice, command).error().code == Errc::invalid);
    CHECK(keys_of(on, alice).empty());
}

TEST_CASE("an edited message loses its signature", "[sender_keys]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    const auto sent = on.send(alice, signed_by("k", id, 1)).value();
    const auto edited = on.edit(alice, sent.message->id, "other").value();
    CHECK(edited->signature.empty());
    CHECK(edited->sender_public_key.empty());
    CHECK(on.show(bob, sent.message->id).value().signature.empty());
}

TEST_CASE("without a verifier signatures are stored unchecked and no key becomes known",
          "[sender_keys]") {
    InlineEngine on;
    auto command = signed_by("k", on.direct(alice, bob), 1);
    command.signature = "anything";
    CHECK(on.send(alice, command).value().message->signature == "anything");
    CHECK(keys_of(on, alice).empty());
}

TEST_CASE("an unsigned message asks no verifier", "[sender_keys]") {
    EngineWithPorts on;
    on.sent(alice, on.direct(alice, bob), "plain");
    CHECK(on.verifier->asked == 0);
}
