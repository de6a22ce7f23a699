#include "rest/multipart.hpp"

#include <catch2/catch.hpp>

using namespace whisprd::rest;

namespace {

constexpr auto type = "multipart/form-data; boundary=cut";

std::string part(const std::string& disposition, const std::string& body,
                 const std::string& more = "") {
    return "--cut\r\n" + more + "Content-Disposition: form-data; " + disposition + "\r\n\r\n" +
           body + "\r\n";
}

}  // namespace

TEST_CASE("a form's fields and files are told apart by the file name") {
    const std::string bytes("\x89PNG\r\n\0--cu\xff", 13);
    const std::string body =
        part("name=\"message_id\"", "17") +
        part("name=file; filename=\"a;b.png\"", bytes, "Content-Type: image/png\r\n") +
        part("filename=\"\"; name=\"empty\"", "") + "--cut--\r\n";
    const auto parts = parse_multipart(type, body);
    REQUIRE(parts);
    REQUIRE(parts->size() == 3);
    CHECK((*parts)[0].name == "message_id");
    CHECK_FALSE((*parts)[0].is_file);
    CHECK((*parts)[0].body == "17");
    CHECK((*parts)[1].name == "file");
    CHECK((*parts)[1].is_file);
    CHECK((*parts)[1].body == bytes);
    CHECK((*parts)[2].name == "empty");
    CHECK((*parts)[2].is_file);
    CHECK((*parts)[2].body.empty());
}

TEST_CASE("a boundary may be quoted, and text may come before and after the parts") {
    const std::string quoted = R"(Multipart/Form-Data; charset=utf-8; Boundary="cu t")";
    const std::string body =
        "to be ignored\r\n--cu t  \r\ncontent-disposition:form-data;NAME=\"a\\\"b\"\r\n\r\nx"
        "\r\n--cu t-- and after";
    const auto parts = parse_multipart(quoted, body);
    REQUIRE(parts);
    REQUIRE(parts->size() == 1);
    CHECK((*parts)[0].name == "a\"b");
    CHECK((*parts)[0].body == "x");
    CHECK(parse_multipart(type, "--cut--")->empty());
}

TEST_CASE("what is cut off or has no name is no form") {
    const std::string good = part("name=\"a\"", "x");
    REQUIRE(parse_multipart(type, good + "--cut--"));
    // Every beginning of it is refused.
    const std::string whole = good + "--cut--";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(parse_multipart(type, whole.substr(0, size)));
    }
    CHECK_FALSE(parse_multipart(type, "--cut\r\n\r\nx\r\n--cut--"));
    CHECK_FALSE(parse_multipart(type, part("filename=\"a\"", "x") + "--cut--"));
    CHECK_FALSE(parse_multipart(type, part("name=\"\"", "x") + "--cut--"));
    CHECK_FALSE(parse_multipart(type, part("name=\"\xff\"", "x") + "--cut--"));
    CHECK_FALSE(parse_multipart(type, part("name=\"a\"", "\xff") + "--cut--"));
    CHECK_FALSE(parse_multipart(type, good + "--cutter\r\n--cut--"));
}

TEST_CASE("a form needs a boundary of ordinary length, and has few parts") {
    const std::string body = part("name=\"a\"", "x") + "--cut--";
    CHECK_FALSE(parse_multipart("multipart/form-data", body));
    CHECK_FALSE(parse_multipart("multipart/form-data; boundary=", body));
    CHECK_FALSE(parse_multipart("multipart/form-data; boundary=other", body));
    CHECK_FALSE(parse_multipart("multipart/form-data; boundary=" + std::string(71, 'x'), body));
    std::string many;
    for (int i = 0; i < 64; ++i)
        many += part("name=\"a\"", "x");
    CHECK(parse_multipart(type, many + "--cut--"));
    CHECK_FALSE(parse_multipart(type, many + body));
}
