#include "edge/phoenix/event_frames.hpp"

#include <catch2/catch.hpp>

#include "edge/json/document.hpp"
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

TEST_CASE("what the receivers may not see is told to them as its number alone") {
    auto event = wire::event(whispr::Advanced{});
    event.eseq = 7;
    const auto frames = told(event);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].reach == Reach::conversation);
    CHECK(frames[0].event == "advanced");
    CHECK(payload(event, 0, PresenceLeaves::every_session) ==
          R"({"conversationId":")" + wire::conversation.to_string() + R"(","eseq":7})");
}
