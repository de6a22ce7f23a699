// A conversation's attachments by type.
#include <catch2/catch.hpp>

#include "attachments/storing.hpp"
#include "whispr/limits.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Attachment add(EngineFixture& on, MessageId message, FileType type, const std::string& url) {
    AddAttachment command;
    command.message = message;
    command.type = type;
    command.size = 1;
    command.url = url;
    Answer<Attachment> answer;
    on.engine->attachments().add({alice, {}}, command, answer.completion());
    return answer.value();
}

std::vector<std::string> urls(const Gallery& gallery) {
    std::vector<std::string> found;
    for (const GalleryItem& item : gallery.items)
        found.push_back(item.attachment.url);
    return found;
}

}  // namespace

TEST_CASE("a gallery has a conversation's attachments by type, newest first", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto first = on.sent(alice, id, "1");
    const auto second = on.sent(alice, id, "2");
    add(on, first.id, FileType::image, "a");
    add(on, second.id, FileType::video, "b");
    add(on, second.id, FileType::image, "c");
    add(on, first.id, FileType::image, "d");
    using Urls = std::vector<std::string>;
    CHECK(urls(on.gallery(bob, {.conversation = id}).value()) == Urls{"c", "b", "d", "a"});
    const Gallery images =
        on.gallery(bob, {.conversation = id, .type = FileType::image, .limit = 2}).value();
    CHECK(urls(images) == Urls{"c", "d"});
    CHECK(images.has_more);
    CHECK(images.items[0].mseq == second.mseq);
    CHECK(images.items[0].sender == alice);
    CHECK(images.items[0].sent_at == second.sent_at);
    CHECK(images.items[0].attachment.message == second.id);
    ReadGallery next{.conversation = id, .type = FileType::image, .limit = 2};
    next.before = GalleryPlace{images.items[1].mseq, images.items[1].attachment.id};
    const Gallery rest = on.gallery(bob, next).value();
    CHECK(urls(rest) == Urls{"a"});
    CHECK_FALSE(rest.has_more);
    CHECK(on.gallery(bob, {.conversation = id, .type = FileType::audio}).value().items.empty());
}

TEST_CASE("a gallery shows what its reader may see", "[attachments]") {
    Storing on;
    const auto id = on.direct(alice, bob);
    const auto hidden = on.sent(alice, id, "hidden");
    const auto deleted = on.sent(alice, id, "deleted");
    add(on, hidden.id, FileType::image, "h");
    add(on, deleted.id, FileType::image, "d");
    DeleteMessage removal;
    removal.message = hidden.id;
    REQUIRE(on.remove(bob, removal).result());
    removal.message = deleted.id;
    removal.for_everyone = true;
    REQUIRE(on.remove(alice, removal).result());
    CHECK(on.gallery(bob, {.conversation = id}).value().items.empty());
    CHECK(on.gallery(alice, {.conversation = id}).value().items.size() == 1);
    CHECK(on.gallery(carol, {.conversation = id}).error().code == Errc::not_a_member);
    CHECK(on.gallery(bob, {.conversation = ConversationId{numbered(404)}}).error().code ==
          Errc::conversation_not_found);
    CHECK(on.gallery(bob, {.conversation = id, .limit = 0}).error().code == Errc::invalid);
    CHECK(on.gallery(bob, {.conversation = id, .limit = limits::page_rows + 1}).error().code ==
          Errc::invalid);
}
