#include "edge/phoenix/event_frames.hpp"

#include <catch2/catch.hpp>

#include "edge/json/document.hpp"
#include "edge/json/render.hpp"
#include "wire_fixture.hpp"

using namespace edge::phoenix;
using edge::json::Document;
using Reach = WireFrame::Reach;

namespace {

// A frame's payload text, behind the header of the WebSocket frame.
std::string text_of(const net::Frame& frame) {
    std::string all = std::string(frame.head.view()) + std::string(frame.middle.view()) +
                      std::string(frame.tail.view());
    const auto length = static_cast<unsigned char>(all[1]) & 127U;
    return all.substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

struct Told {
    Reach reach;
    whispr::UserId user;
    std::string event;
    std::string topic;
};

std::vector<Told> told(const whispr::Event& event,
                       PresenceLeaves leaves = PresenceLeaves::only_who_is_gone) {
    std::vector<Told> all;
    for (const auto& one : frames_of(event, Dialect::v2, leaves)) {
        const auto frame = one.reach == Reach::members
                               ? one.frame.with_middle(net::Buffer::copy(wire::bob.to_string()))
                               : one.frame;
        Document document;
        REQUIRE(document.read(text_of(frame)));
        const auto parts = document.root().elements();
        REQUIRE(parts.size() == 5);
        all.push_back(
            {one.reach, one.user, std::string(parts[3].text), std::string(parts[2].text)});
    }
    return all;
}

std::string payload(const whispr::Event& event, std::size_t index, PresenceLeaves leaves) {
    const auto frames = frames_of(event, Dialect::v2, leaves);
    Document document;
    REQUIRE(document.read(text_of(frames.at(index).frame)));
    return std::string(document.root().elements()[4].text);
}

}  // namespace

TEST_CASE("a new message is told to the conversation and to every member's own topic") {
    const auto frames = told(
        wire::event(whispr::MessageCreated{std::make_shared<whispr::Message>(wire::message())}));
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].reach == Reach::conversation);
    CHECK(frames[0].topic == "conversation:" + wire::conversation.to_string());
    CHECK(frames[0].event == "new_message");
    CHECK(frames[1].reach == Reach::members);
    CHECK(frames[1].topic == "user:" + wire::bob.to_string());
    CHECK(frames[1].event == "new_message");
}

TEST_CASE("an edit is told under both names that clients listen to") {
    const auto frames = told(
        wire::event(whispr::MessageEdited{std::make_shared<whispr::Message>(wire::message())}));
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].event == "message_edited");
    CHECK(frames[1].event == "message_updated");
}

TEST_CASE("pins and attachments are told to the conversation with their number") {
    const auto numbered = [](whispr::Event::What what) {
        auto event = wire::event(std::move(what));
        event.eseq = 11;
        return event;
    };
    const std::string message = wire::message_id.to_string();
    const std::string place =
        R"("messageId":")" + message + R"(","conversationId":")" + wire::conversation.to_string();
    struct Case {
        whispr::Event event;
        std::string name;
        std::string payload;
    };
    std::string pin;
    edge::json::write_pin(pin, wire::pin());
    std::string attachment;
    edge::json::write_attachment(attachment, wire::attachment());
    const std::string alice = wire::alice.to_string();
    for (const Case& one :
         {Case{numbered(whispr::MessagePinned{wire::pin()}), "message_pinned",
               R"({"pin":)" + pin + "," + place + R"(","eseq":11})"},
          Case{numbered(whispr::MessageUnpinned{wire::message_id, wire::alice}), "message_unpinned",
               "{" + place + R"(","userId":")" + alice + R"(","eseq":11})"},
          Case{numbered(whispr::AttachmentAdded{wire::attachment()}), "attachment_added",
               R"({"attachment":)" + attachment + "," + place + R"(","eseq":11})"},
          Case{numbered(whispr::AttachmentRemoved{whispr::AttachmentId{wire::alice.uuid},
                                                  wire::message_id}),
               "attachment_removed",
               R"({"attachmentId":")" + alice + R"(",)" + place + R"(","eseq":11})"}}) {
        const auto frames = told(one.event);
        REQUIRE(frames.size() == 1);
        CHECK(frames[0].reach == Reach::conversation);
        CHECK(frames[0].event == one.name);
        CHECK(payload(one.event, 0, PresenceLeaves::only_who_is_gone) == one.payload);
    }
}

TEST_CASE("a read is told to the conversation, to the authors and to the reader") {
    whispr::ReadMoved read;
    read.reader = wire::bob;
    read.message = wire::message_id;
    read.messages = {{wire::message_id, wire::alice}};
    read.at = wire::moment;
    const auto frames = told(wire::event(read));
    REQUIRE(frames.size() == 4);
    CHECK(frames[0].event == "message_read");
    CHECK(frames[1].event == "delivery_status");
    CHECK(frames[1].reach == Reach::conversation);
    CHECK(frames[2].event == "delivery_status");
    CHECK(frames[2].user == wire::alice);
    CHECK(frames[3].event == "conversation_read");
    CHECK(frames[3].user == wire::bob);
}

TEST_CASE("a discreet read is told to the reader alone") {
    whispr::ReadMoved read;
    read.reader = wire::bob;
    read.message = wire::message_id;
    read.messages = {{wire::message_id, wire::alice}};
    read.at = wire::moment;
    auto event = wire::event(read);
    event.user = wire::bob;
    const auto frames = told(event);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].event == "conversation_read");
    CHECK(frames[0].user == wire::bob);
}

TEST_CASE("what one user hid is told to that user alone") {
    auto event = wire::event(whispr::MessageHidden{wire::message_id, 7});
    event.user = wire::bob;
    const auto frames = told(event);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].reach == Reach::user);
    CHECK(frames[0].user == wire::bob);
    CHECK(frames[0].event == "message_deleted");
}

TEST_CASE("settings are told only when mute was asked for") {
    auto event = wire::event(whispr::SettingsChanged{{}, false});
    event.user = wire::bob;
    CHECK(told(event).empty());
    event.what = whispr::SettingsChanged{{}, true};
    REQUIRE(told(event).size() == 1);
    CHECK(told(event)[0].event == "conversation_settings_updated");
}

TEST_CASE("pins and archives are told under names of their own, with the moment") {
    whispr::SettingsChanged changed;
    changed.settings.pinned = true;
    changed.pinned_named = true;
    auto event = wire::event(changed);
    event.user = wire::bob;
    REQUIRE(told(event).size() == 1);
    CHECK(told(event)[0].reach == Reach::user);
    CHECK(told(event)[0].user == wire::bob);
    CHECK(told(event)[0].event == "conversation_pinned");
    const std::string head = R"({"conversation_id":")" + wire::conversation.to_string();
    const auto leaves = PresenceLeaves::every_session;
    CHECK(payload(event, 0, leaves) ==
          head + R"(","pinned":true,"timestamp":"2026-04-18T12:00:00.123456Z"})");
    changed.pinned_named = false;
    changed.archived_named = true;
    event.what = changed;
    REQUIRE(told(event).size() == 1);
    CHECK(told(event)[0].event == "conversation_archived");
    CHECK(payload(event, 0, leaves) ==
          head + R"(","archived":false,"timestamp":"2026-04-18T12:00:00.123456Z"})");
}

TEST_CASE("a mark as unread is told to the one user of the event") {
    auto event = wire::event(whispr::MarkedUnread{wire::message_id, wire::bob});
    event.user = wire::alice;
    const auto frames = told(event);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].reach == Reach::user);
    CHECK(frames[0].user == wire::alice);
    CHECK(frames[0].event == "message_unread");
    CHECK(payload(event, 0, PresenceLeaves::every_session) ==
          R"({"messageId":")" + wire::message_id.to_string() + R"(","conversationId":")" +
              wire::conversation.to_string() + R"(","userId":")" + wire::bob.to_string() +
              R"(","timestamp":"2026-04-18T12:00:00.123456Z"})");
}

TEST_CASE("who still has a session does not leave, unless every session is wanted") {
    whispr::PresenceChanged change;
    change.leaves = {{wire::alice, 1, wire::moment, {}}, {wire::bob, 2, wire::moment, {}}};
    change.gone = {wire::bob};
    change.users = 1;
    const auto event = wire::event(change);
    const std::string kind = payload(event, 0, PresenceLeaves::only_who_is_gone);
    CHECK(kind.find(wire::alice.to_string()) == std::string::npos);
    CHECK(kind.find(wire::bob.to_string()) != std::string::npos);
    const std::string strict = payload(event, 0, PresenceLeaves::every_session);
    CHECK(strict.find(wire::alice.to_string()) != std::string::npos);
}

TEST_CASE("the sessions of one user stand under one key") {
    const std::vector<whispr::PresenceEntry> entries{{wire::bob, 1, wire::moment, {}},
                                                     {wire::alice, 2, wire::moment, {}},
                                                     {wire::bob, 3, wire::moment, {}}};
    std::string out;
    write_presence_state(out, entries, wire::conversation);
    Document document;
    REQUIRE(document.read(out));
    CHECK(document.root().elements().size() == 2);
    const auto metas = document.root().find(wire::bob.to_string()).find("metas").elements();
    REQUIRE(metas.size() == 2);
    CHECK(metas[0].find("online_at").text == "1776513600");
    CHECK(metas[0].find("phx_ref").text != metas[1].find("phx_ref").text);
}

TEST_CASE("large conversations are told how many are present") {
    whispr::PresenceChanged change;
    change.users = 500;
    change.counts_only = true;
    const auto frames = told(wire::event(change));
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].event == "presence_count");
}

TEST_CASE("both dialects carry the same payload") {
    const auto event = wire::event(whispr::Typing{wire::alice, true});
    const auto arrays =
        text_of(frames_of(event, Dialect::v2, PresenceLeaves::every_session).at(0).frame);
    const auto objects =
        text_of(frames_of(event, Dialect::v1, PresenceLeaves::every_session).at(0).frame);
    Document first;
    Document second;
    REQUIRE(first.read(arrays));
    REQUIRE(second.read(objects));
    CHECK(first.root().elements()[4].text == second.root().find("payload").text);
}

TEST_CASE("every change on a conversation's topic carries its number, signals and receipts none") {
    using Leaves = PresenceLeaves;
    const auto number = [](whispr::Event event, std::size_t index) {
        event.eseq = 41;
        Document document;
        REQUIRE(document.read(payload(event, index, Leaves::every_session)));
        return std::string(document.root().find("eseq").text);
    };
    const auto message = std::make_shared<whispr::Message>(wire::message());
    CHECK(number(wire::event(whispr::MessageCreated{message}), 0) == "41");
    CHECK(number(wire::event(whispr::MessageEdited{message}), 0) == "41");
    CHECK(number(wire::event(whispr::MessageEdited{message}), 1) == "41");
    CHECK(number(wire::event(whispr::MessageDeleted{wire::message_id, 1}), 0) == "41");
    CHECK(number(wire::event(whispr::ReactionRemoved{wire::message_id, wire::bob, "x"}), 0) ==
          "41");
    CHECK(number(wire::event(whispr::MemberRemoved{wire::bob}), 0) == "41");
    CHECK(number(wire::event(whispr::Advanced{}), 0) == "41");
    auto typing = wire::event(whispr::Typing{wire::bob, true});
    typing.eseq = 0;
    CHECK(payload(typing, 0, Leaves::every_session).find("eseq") == std::string::npos);
}

TEST_CASE("of a shadowed message its sender alone is told, on the topics of everybody") {
    auto event =
        wire::event(whispr::MessageCreated{std::make_shared<whispr::Message>(wire::message())});
    event.user = wire::alice;
    const auto frames = told(event);
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].reach == Reach::own);
    CHECK(frames[0].user == wire::alice);
    CHECK(frames[0].topic == "conversation:" + wire::conversation.to_string());
    CHECK(frames[1].reach == Reach::user);
    CHECK(frames[1].topic == "user:" + wire::alice.to_string());
    CHECK(frames[1].event == "new_message");
}

TEST_CASE("a number that one may not see the change of is told bare") {
    auto event = wire::event(whispr::Advanced{});
    event.eseq = 12;
    const auto frames = told(event);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].reach == Reach::conversation);
    CHECK(frames[0].event == "advanced");
    CHECK(payload(event, 0, PresenceLeaves::only_who_is_gone) ==
          R"({"conversationId":")" + wire::conversation.to_string() + R"(","eseq":12})");
}

TEST_CASE("sanctions are told to the conversation, CHANNELS.md \u00a74.5") {
    const auto leaves = PresenceLeaves::only_who_is_gone;
    whispr::Sanction sanction;
    sanction.user = wire::bob;
    sanction.reason = "be \"nice\"";
    sanction.expires_at = wire::moment;
    const std::string user = R"({"user_id":")" + wire::bob.to_string() + "\",";
    const std::string reason = R"("reason":"be \"nice\"")";
    const auto muted = wire::event(whispr::SanctionIssued{sanction});
    CHECK(told(muted).at(0).event == "moderation:user_muted");
    CHECK(payload(muted, 0, leaves) ==
          user + reason + R"(,"expires_at":"2026-04-18T12:00:00.123456Z"})");
    const auto lifted = wire::event(whispr::SanctionLifted{sanction});
    CHECK(told(lifted).at(0).event == "moderation:sanction_lifted");
    CHECK(payload(lifted, 0, leaves) == user + R"("sanction_type":"mute"})");
    sanction.expires_at.reset();
    CHECK(payload(wire::event(whispr::SanctionIssued{sanction}), 0, leaves) ==
          user + reason + R"(,"expires_at":null})");
    sanction.type = whispr::SanctionType::kick;
    const auto kicked = wire::event(whispr::SanctionIssued{sanction});
    CHECK(told(kicked).at(0).event == "moderation:user_kicked");
    CHECK(payload(kicked, 0, leaves) == user + reason + "}");
}

TEST_CASE("what the host alone is told reaches no connection") {
    CHECK(told(wire::event(whispr::ReportFiled{})).empty());
    CHECK(told(wire::event(whispr::ReportsReached{})).empty());
    CHECK(told(wire::event(whispr::SanctionApplied{})).empty());
}

TEST_CASE("an expiry is told to the conversation, and as a deletion to every member's own topic") {
    const auto event = wire::event(whispr::MessageExpired{wire::message_id, 7});
    const auto frames = told(event);
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].reach == Reach::conversation);
    CHECK(frames[0].event == "message:expired");
    CHECK(frames[1].reach == Reach::members);
    CHECK(frames[1].event == "message_deleted");
    CHECK(payload(event, 0, PresenceLeaves::only_who_is_gone) ==
          R"({"message_id":")" + wire::message_id.to_string() + R"(","conversation_id":")" +
              wire::conversation.to_string() + R"("})");
}

TEST_CASE("drafts and scheduled messages are told to their user alone") {
    whispr::Draft draft;
    draft.conversation = wire::conversation;
    draft.user = wire::alice;
    draft.content = "half";
    draft.useq = 3;
    whispr::Schedule schedule;
    schedule.conversation = wire::conversation;
    schedule.sender = wire::alice;
    const auto names = [](whispr::Event::What what) {
        auto event = wire::event(std::move(what));
        event.audience = nullptr;
        event.user = wire::alice;
        event.useq = 3;
        const auto frames = told(event);
        REQUIRE(frames.size() == 1);
        CHECK(frames[0].reach == Reach::user);
        CHECK(frames[0].user == wire::alice);
        CHECK(frames[0].topic == "user:" + wire::alice.to_string());
        return frames[0].event;
    };
    CHECK(names(whispr::DraftSaved{draft}) == "draft_saved");
    CHECK(names(whispr::DraftRemoved{draft.id}) == "draft_removed");
    CHECK(names(whispr::ScheduleChanged{schedule}) == "schedule_changed");
}
