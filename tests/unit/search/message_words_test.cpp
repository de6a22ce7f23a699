#include "search/message_words.hpp"

#include <catch2/catch.hpp>

#include "search/encrypted_content.hpp"

using namespace whispr;

namespace {

MessageRow message(std::string content, std::string metadata = "{}",
                   MessageType type = MessageType::text) {
    MessageRow row;
    row.content = std::move(content);
    row.metadata = std::move(metadata);
    row.type = type;
    return row;
}

constexpr const char* envelope =
    R"({"v":1,"t":"whispr_e2ee_v1","conversation_id":"c","cipher":{"nonce":"secret","box":"words"}})";

}  // namespace

TEST_CASE("a message is found by its content and the strings of its metadata", "[search]") {
    CHECK(words_of(message("Hello")) == "hello");
    CHECK(words_of(message("Photo", R"({"file_name":"Été.JPG","size":12,"ok":true,"x":null})",
                           MessageType::media)) == "photo ete jpg");
    CHECK(words_of(message("a", R"({"deep":[{"er":["one",{"k":"two"}]}],"u":"thr\u0065e"})")) ==
          "a one two three");
    CHECK(words_of(message("", "{}")).empty());
}

TEST_CASE("system messages and deleted ones are not found", "[search]") {
    CHECK(words_of(message("joined", "{}", MessageType::system)).empty());
    MessageRow deleted = message("gone");
    deleted.deleted = true;
    CHECK(words_of(deleted).empty());
}

TEST_CASE("what is encrypted end to end is not found, nor what goes with it", "[search]") {
    CHECK(words_of(message(envelope, R"({"file_name":"plan.pdf"})")).empty());
    CHECK(words_of(message(std::string(" \n") + envelope)).empty());
}

TEST_CASE("an envelope is known by its type alone", "[search]") {
    CHECK(is_encrypted(envelope));
    CHECK(is_encrypted(R"({"t":"whispr_e2ee_v1"})"));
    CHECK(is_encrypted(R"({"a":[{"t":1}],"t" : "whispr_e2e\u0065_v1"})"));
    CHECK(is_encrypted(R"({"t":"other","t":"whispr_e2ee_v1"})"));
    // Broken off behind it.
    CHECK(is_encrypted(R"({"t":"whispr_e2ee_v1","cipher":{"box":)"));
    for (const auto* plain :
         {"", "   ", "hello", "whispr_e2ee_v1", R"("whispr_e2ee_v1")", R"({"t":"whispr_e2ee_v2"})",
          R"({"t":"whispr_e2ee_v11"})", R"({"x":{"t":"whispr_e2ee_v1"}})",
          R"(["t","whispr_e2ee_v1"])", R"({"t":["whispr_e2ee_v1"]})", R"({"tt":"whispr_e2ee_v1"})",
          "{hello} \"t\":\"whispr_e2ee_v1\"", R"({"v":"t","k":"whispr_e2ee_v1"})"}) {
        INFO(plain);
        CHECK_FALSE(is_encrypted(plain));
    }
}

TEST_CASE("a long envelope is known, too", "[search]") {
    const std::string box(60'000, 'A');
    CHECK(is_encrypted(R"({"cipher":{"box":")" + box + R"("},"t":"whispr_e2ee_v1"})"));
}
