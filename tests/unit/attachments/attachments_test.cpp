#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"
#include "whispr/limits.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

AddAttachment file(MessageId message, std::string url = "https://media/1") {
    AddAttachment command;
    command.message = message;
    command.media_id = "m-1";
    command.file_name = "photo.jpg";
    command.size = 1'234;
    command.mime_type = "image/jpeg";
    command.url = std::move(url);
    command.thumbnail_url = "https://media/1/small";
    command.metadata = R"({"duration":3})";
    return command;
}

Answer<Attachment> attach(EngineFixture& on, UserId caller, AddAttachment command) {
    Answer<Attachment> answer;
    on.engine->attachments().add(Caller{caller, {}}, std::move(command), answer.completion());
    return answer;
}

Answer<Attachment> detach(EngineFixture& on, UserId caller, AttachmentId id) {
    Answer<Attachment> answer;
    on.engine->attachments().remove(Caller{caller, {}}, id, answer.completion());
    return answer;
}

Answer<Attachment> show(EngineFixture& on, UserId caller, AttachmentId id) {
    Answer<Attachment> answer;
    on.engine->attachments().show(Caller{caller, {}}, id, answer.completion());
    return answer;
}

std::vector<std::string> urls(const Message& message) {
    std::vector<std::string> found;
    for (const Attachment& attachment : message.attachments)
        found.push_back(attachment.url);
    return found;
}

}  // namespace

TEST_CASE("an attachment is a change of its message and comes with it", "[attachments]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    on.clock->advance(std::chrono::seconds(1));
    on.sink->clear();
    const Attachment added = attach(on, alice, file(message.id)).value();
    CHECK(added.message == message.id);
    CHECK(added.media_id == "m-1");
    CHECK(added.file_name == "photo.jpg");
    CHECK(added.type == FileType::image);
    CHECK(added.size == 1'234);
    CHECK(added.mime_type == "image/jpeg");
    CHECK(added.url == "https://media/1");
    CHECK(added.thumbnail_url == "https://media/1/small");
    CHECK(added.metadata == R"({"duration":3})");
    CHECK(added.uploaded_at == on.clock->now());
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 3);
    CHECK(std::get<AttachmentAdded>(told[0].what).attachment.id == added.id);

    const auto shown = on.show(bob, message.id).value();
    CHECK(shown.eseq == 3);
    REQUIRE(shown.attachments.size() == 1);
    CHECK(shown.attachments[0].id == added.id);
    CHECK(shown.attachments[0].message == message.id);
    CHECK(shown.attachments[0].metadata == added.metadata);
    const auto listed = on.page(bob, {.conversation = id}).value().messages.front();
    CHECK(urls(listed) == std::vector<std::string>{"https://media/1"});
    CHECK(show(on, bob, added.id).value().file_name == "photo.jpg");
}

TEST_CASE("attachments come oldest first, each with its own message", "[attachments]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.sent(alice, id, "first").id;
    const auto bare = on.sent(alice, id, "bare").id;
    const auto second = on.sent(bob, id, "second").id;
    REQUIRE(attach(on, bob, file(second, "c")).result());
    REQUIRE(attach(on, alice, file(first, "a")).result());
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(attach(on, alice, file(first, "b")).result());
    const auto messages = on.page(alice, {.conversation = id}).value().messages;
    REQUIRE(messages.size() == 3);
    CHECK(urls(messages[0]) == std::vector<std::string>{"c"});
    CHECK(messages[1].id == bare);
    CHECK(messages[1].attachments.empty());
    CHECK(urls(messages[2]) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an edit keeps the attachments, and tells them", "[attachments]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    REQUIRE(attach(on, alice, file(message, "a")).result());
    const auto edited = on.edit(alice, message, "y").value();
    CHECK(urls(*edited) == std::vector<std::string>{"a"});
    CHECK(urls(*on.sink->last<MessageEdited>().message) == std::vector<std::string>{"a"});
}

TEST_CASE("an attachment is taken away by its message's sender", "[attachments]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    const auto kept = attach(on, alice, file(message, "kept")).value().id;
    const auto removed = attach(on, alice, file(message, "removed")).value().id;
    CHECK(detach(on, bob, removed).error().code == Errc::forbidden);
    on.sink->clear();
    CHECK(detach(on, alice, removed).value().url == "removed");
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 5);
    CHECK(std::get<AttachmentRemoved>(told[0].what).attachment == removed);
    CHECK(std::get<AttachmentRemoved>(told[0].what).message == message);
    CHECK(on.show(bob, message).value().eseq == 5);
    CHECK(urls(on.show(bob, message).value()) == std::vector<std::string>{"kept"});
    CHECK(detach(on, alice, removed).error().code == Errc::not_found);
    CHECK(show(on, alice, removed).error().code == Errc::not_found);
    CHECK(show(on, alice, kept).result());
}

TEST_CASE("one attaches to one's own messages", "[attachments]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, id, "x").id;
    const auto attachment = attach(on, alice, file(message)).value().id;
    CHECK(attach(on, bob, file(message)).error().code == Errc::forbidden);
    REQUIRE(on.remove_member(alice, id, carol).result());
    for (const UserId stranger : {carol, dave}) {
        CHECK(attach(on, stranger, file(message)).error().code == Errc::message_not_found);
        CHECK(show(on, stranger, attachment).error().code == Errc::not_found);
        CHECK(detach(on, stranger, attachment).error().code == Errc::not_found);
    }
    const AttachmentId unknown{numbered(404)};
    CHECK(show(on, alice, unknown).error().code == Errc::not_found);
    CHECK(detach(on, alice, unknown).error().code == Errc::not_found);
    CHECK(attach(on, alice, file(MessageId{numbered(404)})).error().code ==
          Errc::message_not_found);
    CHECK(on.show(alice, message).value().attachments.size() == 1);
}

TEST_CASE("what is hidden or over takes its attachments along", "[attachments]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto hidden = on.sent(alice, id, "x").id;
    SendMessage command;
    command.conversation = id;
    command.content = "expiring";
    command.ttl = std::chrono::seconds(5);
    const auto expiring = on.send(alice, command).value().message->id;
    const auto on_hidden = attach(on, alice, file(hidden)).value().id;
    const auto on_expiring = attach(on, alice, file(expiring)).value().id;
    REQUIRE(on.remove(bob, {hidden, {}, false}).result());
    CHECK(show(on, bob, on_hidden).error().code == Errc::not_found);
    CHECK(show(on, alice, on_hidden).result());
    CHECK(show(on, bob, on_expiring).result());
    on.clock->advance(std::chrono::seconds(5));
    CHECK(show(on, alice, on_expiring).error().code == Errc::not_found);
}

TEST_CASE("a deletion for everyone takes the attachments", "[attachments]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    const auto attachment = attach(on, alice, file(message)).value().id;
    REQUIRE(on.remove(alice, {message, {}, true}).result());
    CHECK(show(on, alice, attachment).error().code == Errc::not_found);
    CHECK(on.show(alice, message).value().attachments.empty());
    CHECK(detach(on, alice, attachment).error().code == Errc::not_found);
    CHECK(attach(on, alice, file(message)).error().code == Errc::message_not_found);
}

TEST_CASE("attachments of one batch come out as their last word", "[attachments]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto kept = on.sent(alice, id, "kept").id;
    const auto buried = on.sent(alice, id, "buried").id;
    const auto stored = attach(on, alice, file(kept, "stored")).value().id;
    REQUIRE(attach(on, alice, file(buried, "stored on the buried")).result());
    on.executor->hold();
    const auto a = attach(on, alice, file(kept, "new"));
    const auto b = detach(on, alice, stored);
    const auto c = detach(on, alice, stored);
    const auto d = attach(on, alice, file(buried, "new on the buried"));
    const auto e = on.remove(alice, {buried, {}, true});
    const auto f = attach(on, alice, file(buried, "late"));
    on.script->commits = 0;
    on.executor->release();
    CHECK(a.result());
    CHECK(b.result());
    CHECK(c.error().code == Errc::not_found);
    CHECK(d.result());
    CHECK(e.result());
    CHECK(f.error().code == Errc::message_not_found);
    CHECK(on.script->commits == 1);
    CHECK(on.engine->stats().batch_reruns == 0);
    CHECK(urls(on.show(bob, kept).value()) == std::vector<std::string>{"new"});
    CHECK(on.show(bob, buried).value().attachments.empty());
    CHECK(show(on, alice, d.value().id).error().code == Errc::not_found);
}

TEST_CASE("a repeated attachment is answered with the first one", "[attachments]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    auto command = file(message, "first");
    command.op_id = OpId{numbered(7)};
    const auto first = attach(on, alice, command).value();
    on.sink->clear();
    command.url = "second";
    const auto again = attach(on, alice, command).value();
    CHECK(again.id == first.id);
    CHECK(again.url == "first");
    CHECK(on.sink->all().empty());
    command.op_id = OpId{numbered(8)};
    CHECK(attach(on, alice, command).value().id != first.id);
    command.op_id.reset();
    REQUIRE(attach(on, alice, command).result());
    REQUIRE(attach(on, alice, command).result());
    CHECK(on.show(alice, message).value().attachments.size() == 4);
}

TEST_CASE("a message has at most twenty attachments", "[attachments]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x").id;
    for (std::size_t i = 0; i < limits::attachments_per_message; ++i)
        REQUIRE(attach(on, alice, file(message)).result());
    const auto error = attach(on, alice, file(message)).error();
    CHECK(error.code == Errc::limit_reached);
    CHECK(error.text == "a message has at most 20 attachments");
    CHECK(attach(on, alice, file(on.sent(alice, id, "y").id)).result());
}

TEST_CASE("each field of an attachment has its bounds", "[attachments]") {
    InlineEngine on(Limits{.attachment_bytes = 100});
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    const auto wrong = [&](auto change) {
        auto command = file(message);
        command.size = 100;
        change(command);
        const auto error = attach(on, alice, command).error();
        CHECK(error.code == Errc::invalid);
        REQUIRE(error.fields.size() == 1);
        return error.fields.front();
    };
    const auto text = [](std::size_t size) { return std::string(size, 'x'); };
    CHECK(wrong([](auto& c) { c.file_name = " "; }) == FieldError{"filename", "can't be blank"});
    CHECK(wrong([&](auto& c) { c.file_name = text(256); }) ==
          FieldError{"filename", "should be at most 255 byte(s)"});
    CHECK(wrong([](auto& c) { c.file_name = "a\xff"; }) == FieldError{"filename", "is invalid"});
    CHECK(wrong([](auto& c) { c.mime_type = ""; }) == FieldError{"mime_type", "can't be blank"});
    CHECK(wrong([&](auto& c) { c.mime_type = text(128); }).field == "mime_type");
    CHECK(wrong([](auto& c) { c.url = ""; }) == FieldError{"media_url", "can't be blank"});
    CHECK(wrong([&](auto& c) { c.url = text(2'049); }).field == "media_url");
    CHECK(wrong([](auto& c) { c.url = std::string("a\0b", 3); }) ==
          FieldError{"media_url", "is invalid"});
    CHECK(wrong([&](auto& c) { c.thumbnail_url = text(2'049); }).field == "thumbnail_url");
    CHECK(wrong([&](auto& c) { c.media_id = text(256); }).field == "media_id");
    CHECK(wrong([](auto& c) { c.size = 0; }) == FieldError{"size", "must be greater than 0"});
    CHECK(wrong([](auto& c) { c.size = -1; }).field == "size");
    CHECK(wrong([](auto& c) { c.size = 101; }) ==
          FieldError{"size", "must be less than or equal to 100"});
    CHECK(wrong([](auto& c) { c.metadata = "[]"; }) == FieldError{"metadata", "is invalid"});
    CHECK(on.show(alice, message).value().attachments.empty());

    auto command = file(message);
    command.size = 100;
    command.file_name = text(255);
    command.mime_type = text(127);
    command.url = text(2'048);
    command.thumbnail_url.clear();
    command.media_id = text(255);
    CHECK(attach(on, alice, command).result());
    // Who may not attach learns nothing of the fields.
    command.size = 0;
    CHECK(attach(on, bob, command).error().code == Errc::forbidden);
    CHECK(attach(on, carol, command).error().code == Errc::message_not_found);
}
