#include "edge/json/render.hpp"

#include <catch2/catch.hpp>

#include "edge/json/document.hpp"
#include "wire_fixture.hpp"

using namespace edge::json;

namespace {

// The members of a rendered object, so that order does not matter.
struct Rendered {
    explicit Rendered(std::string given) : text(std::move(given)) { REQUIRE(document.read(text)); }
    std::string operator[](std::string_view key) const {
        return std::string(document.root().find(key).text);
    }
    Kind kind(std::string_view key) const { return document.root().find(key).kind; }
    std::string text;
    Document document;
};

template <class... Arguments>
std::string written(void (*write)(std::string&, Arguments...),
                    std::type_identity_t<Arguments>... arguments) {
    std::string out;
    write(out, arguments...);
    return out;
}

}  // namespace

TEST_CASE("a message's REST form is camelCase with everything that clients read") {
    const Rendered rendered(written(write_message, wire::message()));
    CHECK(rendered["id"] == wire::message_id.to_string());
    CHECK(rendered["conversationId"] == wire::conversation.to_string());
    CHECK(rendered["content"] == "hi \"you\"");
    CHECK(rendered["messageType"] == "text");
    CHECK(rendered["metadata"] == R"({"a_b":1})");
    CHECK(rendered["clientRandom"] == "309703068");
    CHECK(rendered["sentAt"] == "2026-04-18T12:00:00.123456Z");
    CHECK(rendered["insertedAt"] == rendered["sentAt"]);
    CHECK(rendered["status"] == "sent");
    CHECK(rendered["deliveryStatus"] == "sent");
    CHECK(rendered["isEdited"] == "false");
    CHECK(rendered["mseq"] == "7");
    CHECK(rendered["reactions"] == "[]");
    CHECK(rendered.kind("replyTo") == Kind::absent);
    CHECK(rendered.kind("signature") == Kind::absent);
    CHECK(rendered.kind("expiresAt") == Kind::null);
}

TEST_CASE("a reply shows what it answers, an edit when it was made") {
    auto message = wire::message();
    message.reply_to = wire::message_id;
    message.reply = whispr::ReplyPreview{wire::message_id, wire::bob, "before",
                                         whispr::MessageType::media, true};
    message.edited_at = wire::moment;
    message.signature = "c2ln";
    message.sender_public_key = "a2V5";
    const Rendered rendered(written(write_message, message));
    CHECK(rendered["replyToId"] == wire::message_id.to_string());
    CHECK(rendered.document.root().find("replyTo").find("isDeleted").text == "true");
    CHECK(rendered.document.root().find("replyTo").find("messageType").text == "media");
    CHECK(rendered["isEdited"] == "true");
    CHECK(rendered["senderPublicKey"] == "a2V5");
}

TEST_CASE("a socket's reply form is the broadcast form and when it was stored") {
    const Rendered broadcast(written(write_socket_message, wire::message(), SocketForm::broadcast));
    CHECK(broadcast.kind("insertedAt") == Kind::absent);
    CHECK(broadcast["clientRandom"] == "309703068");
    const Rendered reply(written(write_socket_message, wire::message(), SocketForm::reply));
    CHECK(reply["insertedAt"] == "2026-04-18T12:00:00.123456Z");
}

TEST_CASE("a conversation names its members only where it is direct") {
    whispr::Conversation conversation;
    conversation.id = wire::conversation;
    conversation.members = {{wire::alice, whispr::Role::member, wire::moment, true},
                            {wire::bob, whispr::Role::admin, wire::moment, true}};
    conversation.member_count = 2;
    const Rendered direct(written(write_conversation, conversation, Detail::without_members));
    CHECK(direct["memberUserIds"] ==
          "[\"" + wire::alice.to_string() + "\",\"" + wire::bob.to_string() + "\"]");
    CHECK(direct.kind("members") == Kind::absent);
    CHECK(direct.kind("name") == Kind::null);
    conversation.type = whispr::ConversationType::group;
    conversation.metadata = R"({"name":"Trip \"2\"","k_one":1})";
    const Rendered group(written(write_conversation, conversation, Detail::with_members));
    CHECK(group["name"] == "Trip \"2\"");
    CHECK(group["metadata"] == conversation.metadata);
    CHECK(group.kind("memberUserIds") == Kind::absent);
    CHECK(group.document.root().find("members").elements().size() == 2);
    CHECK(group["memberCount"] == "2");
}

TEST_CASE("a summary and its last message are snake_case") {
    whispr::Conversation conversation;
    conversation.id = wire::conversation;
    conversation.unread = 3;
    conversation.settings.archived = true;
    conversation.last_message = wire::message();
    const Rendered rendered(written(write_summary, conversation, Reader::one_member));
    CHECK(rendered["unread_count"] == "3");
    CHECK(rendered["is_archived"] == "true");
    CHECK(rendered.kind("member_user_ids") == Kind::array);
    CHECK(rendered.document.root().find("last_message").find("sender_id").text ==
          wire::alice.to_string());
}

TEST_CASE("settings are exactly the seven switches") {
    whispr::MemberSettings settings;
    settings.muted = true;
    CHECK(
        written(write_settings, settings) ==
        R"({"notifications":true,"sound_enabled":true,"desktop_notifications":true,"mobile_notifications":true,)"
        R"("mention_notifications":true,"is_muted":true,"custom_name":null})");
}
