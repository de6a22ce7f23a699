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

TEST_CASE("a pin is told with its conversation, in the list with its message") {
    const Rendered pin(written(write_pin, wire::pin()));
    CHECK(pin["id"] == wire::bob.to_string());
    CHECK(pin["messageId"] == wire::message_id.to_string());
    CHECK(pin["conversationId"] == wire::conversation.to_string());
    CHECK(pin["pinnedBy"] == wire::alice.to_string());
    CHECK(pin["pinnedAt"] == "2026-04-18T12:00:00.123456Z");
    CHECK(pin["insertedAt"] == pin["pinnedAt"]);
    const Rendered listed(written(write_pinned_message, {wire::pin(), wire::message()}));
    CHECK(listed["id"] == pin["id"]);
    const auto message = listed.document.root().find("message");
    CHECK(message.find("id").text == wire::message_id.to_string());
    CHECK(message.find("senderId").text == wire::alice.to_string());
    CHECK(message.find("content").text == "hi \"you\"");
    CHECK(message.find("messageType").text == "text");
    CHECK(message.find("insertedAt").text == "2026-04-18T12:00:00.123456Z");
}

TEST_CASE("an attachment is told whole, its metadata to the letter") {
    auto attachment = wire::attachment();
    const Rendered rendered(written(write_attachment, attachment));
    CHECK(rendered["id"] == wire::alice.to_string());
    CHECK(rendered["messageId"] == wire::message_id.to_string());
    CHECK(rendered["mediaId"] == "m-1");
    CHECK(rendered["fileName"] == "my \"photo\".jpg");
    CHECK(rendered["fileType"] == "image");
    CHECK(rendered["fileUrl"] == "https://media/1");
    CHECK(rendered["fileSize"] == "1234");
    CHECK(rendered.kind("fileSize") == Kind::number);
    CHECK(rendered["mimeType"] == "image/jpeg");
    CHECK(rendered.kind("thumbnailUrl") == Kind::null);
    CHECK(rendered["metadata"] == R"({"media_url":"x"})");
    CHECK(rendered["uploadedAt"] == "2026-04-18T12:00:00.123456Z");
    attachment.media_id.clear();
    attachment.thumbnail_url = "small";
    const Rendered other(written(write_attachment, attachment));
    CHECK(other.kind("mediaId") == Kind::null);
    CHECK(other["thumbnailUrl"] == "small");
}

TEST_CASE("a message carries its attachments, on sockets too") {
    auto message = wire::message();
    CHECK(Rendered(written(write_message, message))["attachments"] == "[]");
    message.attachments = {wire::attachment(), wire::attachment()};
    const Rendered rest(written(write_message, message));
    const Rendered socket(written(write_socket_message, message, SocketForm::broadcast));
    CHECK(rest.document.root().find("attachments").elements().size() == 2);
    CHECK(socket["attachments"] == rest["attachments"]);
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
