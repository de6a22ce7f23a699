#include "proto/codec/conversations.hpp"
#include "proto/codec/events.hpp"
#include "proto/codec/messages.hpp"
#include "proto/codec/moderation.hpp"
#include "proto/codec/status.hpp"
#include "proto/codec/unsent.hpp"

#include <catch2/catch.hpp>

namespace {

namespace v1 = whispr::v1;
using namespace std::chrono_literals;
using whispr::codec::Fields;

template <class Id>
Id id_of(unsigned char last) {
    Id id;
    id.uuid.bytes[15] = last;
    return id;
}

whispr::Message message() {
    whispr::Message made;
    made.id = id_of<whispr::MessageId>(1);
    made.conversation = id_of<whispr::ConversationId>(2);
    made.sender = id_of<whispr::UserId>(3);
    made.mseq = 7;
    made.eseq = 9;
    made.type = whispr::MessageType::media;
    made.content = std::string("\0\xff bytes", 8);
    made.metadata = R"({"a":1})";
    made.reply_to = id_of<whispr::MessageId>(4);
    made.reply = whispr::ReplyPreview{*made.reply_to, made.sender, "before", {}, false};
    made.client_random = -5;
    made.sent_at = whispr::Time(1'700'000'000'123'456us);
    made.edited_at = whispr::Time(1'700'000'001'000'001us);
    made.status = whispr::DeliveryStatus::delivered;
    made.reactions = {{id_of<whispr::ReactionId>(5), made.sender, "x", made.sent_at}};
    return made;
}

std::string field_of(const whispr::Error& error) {
    return error.fields.empty() ? std::string() : error.fields.front().field;
}

}  // namespace

TEST_CASE(
    "A message is told with everything that it has, bytes untouched, times to the microsecond") {
    v1::Message told;
    whispr::codec::encode(message(), told);
    CHECK(told.id() == "00000000-0000-0000-0000-000000000001");
    CHECK(told.mseq() == 7);
    CHECK(told.eseq() == 9);
    CHECK(told.type() == v1::MESSAGE_TYPE_MEDIA);
    CHECK(told.content() == message().content);
    CHECK(told.reply().content() == "before");
    CHECK(told.client_random() == -5);
    CHECK(told.sent_at().seconds() == 1'700'000'000);
    CHECK(told.sent_at().nanos() == 123'456'000);
    CHECK(told.has_edited_at());
    CHECK_FALSE(told.has_expires_at());
    CHECK_FALSE(told.has_op_id());
    CHECK(told.status() == v1::DELIVERY_STATUS_DELIVERED);
    CHECK(told.reactions_size() == 1);
}

TEST_CASE("Times before 1970 keep a positive rest, and those of no year are refused") {
    google::protobuf::Timestamp time;
    whispr::codec::encode(whispr::Time(-1us), time);
    CHECK(time.seconds() == -1);
    CHECK(time.nanos() == 999'999'000);
    CHECK(whispr::codec::decode_time(time) == whispr::Time(-1us));
    time.set_seconds(253'402'300'800);
    CHECK_FALSE(whispr::codec::decode_time(time));
    time.set_seconds(0);
    time.set_nanos(-1);
    CHECK_FALSE(whispr::codec::decode_time(time));
}

TEST_CASE("A send is read with what is given, and the rest has its default") {
    v1::SendMessageRequest request;
    request.set_conversation_id("00000000-0000-0000-0000-000000000002");
    request.set_content("hi");
    const auto command = whispr::codec::decode(request);
    REQUIRE(command);
    CHECK(command->type == whispr::MessageType::text);
    CHECK(command->metadata == "{}");
    CHECK_FALSE(command->client_random);
    CHECK_FALSE(command->expires_at);
    request.mutable_ttl()->set_seconds(60);
    request.set_client_random(0);
    const auto timed = whispr::codec::decode(request);
    REQUIRE(timed);
    CHECK(timed->ttl == 60s);
    CHECK(timed->client_random == 0);
}

TEST_CASE("What cannot be read of a send is named, all of it at once") {
    v1::SendMessageRequest request;
    request.set_conversation_id("no id");
    request.set_reply_to_id("");
    request.set_type(static_cast<v1::MessageType>(99));
    request.mutable_ttl()->set_seconds(-1);
    request.set_signature("alone");
    const auto command = whispr::codec::decode(request);
    REQUIRE_FALSE(command);
    CHECK(command.error().code == whispr::Errc::invalid);
    CHECK(command.error().fields.size() == 5);
}

TEST_CASE("Limits have a default and a bound, and negative ones are refused") {
    v1::ListMessagesRequest request;
    request.set_conversation_id("00000000-0000-0000-0000-000000000002");
    CHECK(whispr::codec::decode(request)->limit == 50);
    request.set_limit(1'000'000);
    CHECK(whispr::codec::decode(request)->limit == 100);
    request.set_limit(-1);
    CHECK(field_of(whispr::codec::decode(request).error()) == "limit");
    v1::ListConversationsRequest list;
    list.set_offset(-1);
    CHECK(field_of(whispr::codec::decode(list).error()) == "offset");
}

TEST_CASE("Only switches that are there are changed, and an empty name takes the name away") {
    v1::UpdateSettingsRequest request;
    request.set_conversation_id("00000000-0000-0000-0000-000000000002");
    request.set_muted(false);
    auto command = whispr::codec::decode(request);
    REQUIRE(command);
    CHECK(command->muted == false);
    CHECK_FALSE(command->notifications);
    CHECK_FALSE(command->custom_name);
    request.set_custom_name("");
    command = whispr::codec::decode(request);
    REQUIRE(command->custom_name);
    CHECK_FALSE(*command->custom_name);
}

TEST_CASE("Roles, categories and statuses go both ways, and numbers that are none are refused") {
    for (const auto role : {whispr::Role::member, whispr::Role::moderator, whispr::Role::admin,
                            whispr::Role::owner}) {
        CHECK(whispr::codec::decode(whispr::codec::encode(role)) == role);
    }
    CHECK_FALSE(whispr::codec::decode(v1::ROLE_UNSPECIFIED));
    CHECK_FALSE(whispr::codec::decode(static_cast<v1::Role>(17)));
    v1::FileReportRequest report;
    report.set_reported_user_id("00000000-0000-0000-0000-000000000003");
    CHECK(field_of(whispr::codec::decode(report).error()) == "category");
    report.set_category(static_cast<v1::ReportCategory>(17));
    CHECK(field_of(whispr::codec::decode(report).error()) == "category");
    report.set_category(v1::REPORT_CATEGORY_NUDITY);
    CHECK(whispr::codec::decode(report)->category == whispr::ReportCategory::nudity);
    v1::ListSchedulesRequest schedules;
    CHECK(whispr::codec::decode(schedules)->status == whispr::ScheduleStatus::pending);
}

TEST_CASE("Conversations in events have no member's own state, those that were asked for have") {
    whispr::Conversation conversation;
    conversation.unread = 3;
    conversation.settings.muted = true;
    v1::Conversation told;
    whispr::codec::encode(conversation, whispr::codec::Seen::by_everyone, told);
    CHECK_FALSE(told.has_state());
    v1::Conversation own;
    whispr::codec::encode(conversation, whispr::codec::Seen::by_member, own);
    CHECK(own.state().unread() == 3);
    CHECK(own.state().settings().muted());
}

TEST_CASE(
    "Every event that devices are told has its number and its kind, and no other one is told") {
    const auto shared = std::make_shared<const whispr::Message>(message());
    const auto conversation = std::make_shared<const whispr::Conversation>();
    const std::vector<whispr::Event::What> told{whispr::MessageCreated{shared},
                                                whispr::MessageEdited{shared},
                                                whispr::MessageDeleted{},
                                                whispr::ReactionAdded{},
                                                whispr::ReactionRemoved{},
                                                whispr::ConversationCreated{conversation},
                                                whispr::ConversationUpdated{conversation},
                                                whispr::ConversationDeactivated{},
                                                whispr::MemberAdded{{}, conversation},
                                                whispr::MemberRemoved{},
                                                whispr::MemberRoleChanged{},
                                                whispr::ReadMoved{},
                                                whispr::DeliveredMoved{},
                                                whispr::SettingsChanged{},
                                                whispr::MessageHidden{},
                                                whispr::ConversationHidden{},
                                                whispr::Typing{},
                                                whispr::PresenceChanged{},
                                                whispr::MessageExpired{},
                                                whispr::MessagePinned{},
                                                whispr::MessageUnpinned{},
                                                whispr::AttachmentAdded{},
                                                whispr::AttachmentRemoved{},
                                                whispr::SanctionIssued{},
                                                whispr::SanctionLifted{},
                                                whispr::Advanced{},
                                                whispr::MarkedUnread{},
                                                whispr::DraftSaved{},
                                                whispr::DraftRemoved{},
                                                whispr::ScheduleChanged{},
                                                whispr::EpochChanged{}};
    const std::vector<whispr::Event::What> silent{whispr::ReportFiled{}, whispr::ReportsReached{},
                                                  whispr::SanctionApplied{}};
    CHECK(told.size() + silent.size() == std::variant_size_v<whispr::Event::What>);
    std::vector<int> kinds;
    for (const auto& what : told) {
        whispr::Event event;
        event.conversation = id_of<whispr::ConversationId>(2);
        event.eseq = 12;
        event.what = what;
        v1::Event encoded;
        REQUIRE(whispr::codec::encode(event, encoded));
        CHECK(encoded.eseq() == 12);
        CHECK(std::find(kinds.begin(), kinds.end(), encoded.what_case()) == kinds.end());
        kinds.push_back(encoded.what_case());
    }
    for (const auto& what : silent) {
        whispr::Event event;
        event.what = what;
        v1::Event encoded;
        CHECK_FALSE(whispr::codec::encode(event, encoded));
    }
}

TEST_CASE("An event concerns members, who was removed, and for what is one's own that user alone") {
    const auto alice = id_of<whispr::UserId>(1);
    const auto bob = id_of<whispr::UserId>(2);
    const auto carol = id_of<whispr::UserId>(3);
    whispr::Event event;
    event.audience = std::make_shared<whispr::Audience>(whispr::Audience{{alice, bob}});
    event.what = whispr::MemberRemoved{carol};
    CHECK(whispr::codec::concerns(event, alice));
    CHECK(whispr::codec::concerns(event, carol));
    event.what = whispr::MessageCreated{};
    CHECK_FALSE(whispr::codec::concerns(event, carol));
    event.user = bob;
    CHECK(whispr::codec::concerns(event, bob));
    CHECK_FALSE(whispr::codec::concerns(event, alice));
}

TEST_CASE("A failure keeps its details on the way through google.rpc.Status") {
    whispr::codec::Failure failure;
    failure.code = 3;
    failure.reason = "INVALID";
    failure.text = "wrong";
    failure.fields = {{"content", "can't be blank"}, {"id", "is invalid"}};
    failure.retry_after = 1500ms;
    google::rpc::Status status;
    REQUIRE(status.ParseFromString(whispr::codec::encode(failure).SerializeAsString()));
    const auto back = whispr::codec::decode(status);
    CHECK(back.code == 3);
    CHECK(back.reason == "INVALID");
    CHECK(back.fields == failure.fields);
    CHECK(back.retry_after == failure.retry_after);
    CHECK(status.details_size() == 3);
}
