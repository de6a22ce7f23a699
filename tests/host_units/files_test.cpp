// What is read from strangers on the way of a file: forms, types, ranges, names, metadata, links.
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "media/byte_ranges.hpp"
#include "media/disposition.hpp"
#include "media/file_kind.hpp"
#include "media/form_stream.hpp"
#include "media/header_parameter.hpp"
#include "media/signed_links.hpp"
#include "media/upload_checksum.hpp"
#include "media/upload_note.hpp"

namespace {

using namespace whisprd::media;
using namespace std::string_literals;

// Writes down what it hears.
struct Heard final : FormListener {
    std::string log;
    std::string bytes;
    bool wants = true;

    void on_field(std::string_view name, std::string_view value) override {
        log += "field " + std::string(name) + "=" + std::string(value) + ";";
    }
    bool on_file(std::string_view name, std::string_view file_name,
                 std::string_view type) override {
        log += "file " + std::string(name) + "/" + std::string(file_name) + "/" +
               std::string(type) + ";";
        return wants;
    }
    void on_file_bytes(std::string_view more) override { bytes += more; }
    void on_file_end() override { log += "end " + std::to_string(bytes.size()) + ";"; }
};

struct Outcome {
    bool sound = true;
    bool complete = false;
    std::string log;
    std::string bytes;
};

// The pieces are as long as `next` says.
template <class Next>
Outcome read_form(const std::string& body, Next next, std::string_view boundary = "b") {
    Heard heard;
    FormStream stream(boundary, heard);
    Outcome outcome;
    for (std::size_t at = 0; at < body.size() && outcome.sound;) {
        const std::size_t size = std::min<std::size_t>(next(), body.size() - at);
        outcome.sound = stream.put(std::string_view(body).substr(at, size));
        at += size;
    }
    outcome.complete = stream.is_complete();
    outcome.log = heard.log;
    outcome.bytes = heard.bytes;
    return outcome;
}

Outcome read_form(const std::string& body) {
    return read_form(body, [&] { return body.size(); });
}

std::string file_part(const std::string& bytes) {
    return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
           "Content-Type: image/png\r\n\r\n" +
           bytes + "\r\n";
}

std::string field(const std::string& name, const std::string& value) {
    return "--b\r\ncontent-disposition: form-data; name=" + name + "\r\n\r\n" + value + "\r\n";
}

}  // namespace

TEST_CASE("a form is the same in whatever pieces it comes") {
    const std::string tricky = "\r\n--c\r\n-\r\n--\r\n\r\n--a b\r\n--"s + '\0' + "\r";
    const std::string body = "preamble\r\n" + field("message_id", "x") + file_part(tricky) +
                             field("last", "") + "--b--\r\nepilogue";
    const std::string log = "field message_id=x;file file/a.png/image/png;end " +
                            std::to_string(tricky.size()) + ";field last=;";
    std::mt19937 dice(7);
    for (std::size_t step = 1; step <= body.size(); ++step) {
        const Outcome outcome = read_form(body, [&] { return step; });
        CHECK(outcome.sound);
        CHECK(outcome.complete);
        REQUIRE(outcome.log == log);
        REQUIRE(outcome.bytes == tricky);
    }
    for (int round = 0; round < 500; ++round) {
        const Outcome outcome = read_form(body, [&] { return dice() % 9 + 1; });
        REQUIRE(outcome.log == log);
        REQUIRE(outcome.bytes == tricky);
    }
}

TEST_CASE(
    "a form whose bytes are damaged is refused, incomplete, or another form, but never more") {
    const std::string good = field("message_id", "x") + file_part("0123456789") + "--b--";
    std::mt19937 dice(11);
    for (int round = 0; round < 20'000; ++round) {
        std::string body = good;
        for (int i = dice() % 4; i >= 0; --i)
            body[dice() % body.size()] = static_cast<char>(dice());
        if (dice() % 3 == 0) body.resize(dice() % body.size());
        const Outcome outcome = read_form(body, [&] { return dice() % 40 + 1; });
        const Outcome at_once = read_form(body);
        REQUIRE(outcome.bytes.size() <= body.size());
        // In pieces or at once: the same, as far as it is sound.
        if (at_once.sound) REQUIRE(outcome.bytes == at_once.bytes);
        REQUIRE(outcome.complete == at_once.complete);
    }
}

TEST_CASE("what is no form is refused") {
    CHECK_FALSE(read_form("--bx\r\n" + file_part("1")).sound);
    CHECK_FALSE(read_form("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--").sound);
    CHECK_FALSE(read_form("--b\r\nX: " + std::string(20'000, 'x')).sound);
    CHECK_FALSE(read_form(field("a", std::string(70'000, 'x')) + "--b--").sound);
    std::string many;
    for (int i = 0; i < 70; ++i)
        many += field("a", "b");
    CHECK_FALSE(read_form(many + "--b--").sound);
    CHECK_FALSE(read_form(file_part("1")).complete);
    CHECK(read_form(file_part("") + "--b--").log == "file file/a.png/image/png;end 0;");
}

TEST_CASE("a file's name may be written in both ways") {
    const auto log = [](const std::string& parameters) {
        return read_form("--b\r\nContent-Disposition: form-data; name=file; " + parameters +
                         "\r\n\r\n\r\n--b--")
            .log;
    };
    CHECK(log("filename=\"a\\\"b.png\"") == "file file/a\"b.png/;end 0;");
    CHECK(log("filename=\"e.png\"; filename*=UTF-8''%e2%82%ac%20x.png") ==
          "file file/€ x.png/;end 0;");
    CHECK(log("filename=\"e.png\"; filename*=latin1''x.png") == "file file/e.png/;end 0;");
    CHECK_FALSE(decoded_extended("UTF-8''%e"));
}

TEST_CASE("the boundary is read from the content type") {
    CHECK(form_boundary("multipart/form-data; boundary=xyz") == "xyz");
    CHECK(form_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"x y\"") == "x y");
    CHECK_FALSE(form_boundary("multipart/form-data"));
    CHECK_FALSE(form_boundary("multipart/mixed; boundary=x"));
    CHECK_FALSE(form_boundary("multipart/form-data; boundary=" + std::string(71, 'x')));
}

TEST_CASE("a file is what its bytes show") {
    const std::string png = "\x89PNG\r\n\x1A\n...."s;
    CHECK(type_by_content("image/png", png) == "image/png");
    CHECK(type_by_content("", png) == "image/png");
    CHECK(type_by_content("image/jpeg", png).empty());
    CHECK(type_by_content("text/plain", png).empty());
    CHECK(type_by_content("image/jpeg", "\xFF\xD8\xFF\xE0"s) == "image/jpeg");
    CHECK(type_by_content("image/png", "<html><script>").empty());
    CHECK(type_by_content("text/csv", "a;b\n") == "text/csv");
    CHECK(type_by_content("",
                          "\x7F"
                          "ELF"s)
              .empty());
    CHECK(type_by_content("video/mp4",
                          "\0\0\0\x18"
                          "ftypmp42....."s) == "video/mp4");
    CHECK(type_by_content("video/mp4",
                          "\0\0\0\x18"
                          "ftypheic....."s)
              .empty());
    CHECK(type_by_content("audio/mpeg", "ID3\x03"s) == "audio/mpeg");
    CHECK(type_by_content("audio/mpeg", "\xFF\xFB\x90\x00"s) == "audio/mpeg");
    CHECK(type_by_content("application/msword", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s) ==
          "application/msword");
    CHECK(type_by_content("application/x-executable", "MZ").empty());
    CHECK(canonical_type(" IMAGE/JPG ; q=1") == "image/jpeg");
    CHECK_FALSE(is_taken("image/svg+xml"));
    CHECK_FALSE(is_inline("application/pdf"));
    CHECK(is_media_type("application/vnd.ms-excel"));
    CHECK_FALSE(is_media_type("text/pl ain"));
    CHECK_FALSE(is_media_type("text/\r\nx"));
    CHECK_FALSE(is_media_type("a/b/c"));
}

TEST_CASE("ranges are read as RFC 9110 has them") {
    using Kind = RangeRequest::Kind;
    const auto parts = [](std::string_view header) { return read_range(header, 100).parts; };
    const auto kind = [](std::string_view header) { return read_range(header, 100).kind; };
    CHECK(read_range(std::nullopt, 100).kind == Kind::whole);
    CHECK(parts("bytes=0-9") == std::vector<ByteRange>{{0, 10}});
    CHECK(parts("bytes=90-") == std::vector<ByteRange>{{90, 10}});
    CHECK(parts("bytes=-5") == std::vector<ByteRange>{{95, 5}});
    CHECK(parts("bytes=-500") == std::vector<ByteRange>{{0, 100}});
    CHECK(parts("bytes=50-1000") == std::vector<ByteRange>{{50, 50}});
    CHECK(parts("bytes=80-89, 0-9 ,,20-29") == std::vector<ByteRange>{{80, 10}, {0, 10}, {20, 10}});
    CHECK(parts("bytes=0-9,5-19,20-29") == std::vector<ByteRange>{{0, 30}});
    CHECK(parts("bytes=0-9,200-300") == std::vector<ByteRange>{{0, 10}});
    CHECK(kind("bytes=100-") == Kind::unsatisfiable);
    CHECK(kind("bytes=-0") == Kind::unsatisfiable);
    for (const char* wrong : {"bytes=", "bytes=9-0", "bytes=a-b", "bytes=1", "items=0-1",
                              "bytes=0-1,x", "bytes=99999999999999999999-"})
        CHECK(kind(wrong) == Kind::whole);
    std::string many = "bytes=0-0";
    for (int i = 2; i < 60; i += 2)
        many += "," + std::to_string(i) + "-" + std::to_string(i);
    CHECK(kind(many) == Kind::whole);
    CHECK(content_range({5, 10}, 100) == "bytes 5-14/100");
    CHECK(names_tag("\"a\", W/\"b\"", "\"b\""));
    CHECK(names_tag("*", "\"b\""));
    CHECK_FALSE(names_tag("\"a\"", "\"b\""));
}

TEST_CASE("a file's name is safe in a header") {
    CHECK(content_disposition(false, "a.png") == "attachment; filename=\"a.png\"");
    CHECK(content_disposition(true, "") == "inline");
    CHECK(content_disposition(false, "../../etc/pass\"wd\r\nx: y") ==
          "attachment; filename=\"pass_wdx: y\"; filename*=UTF-8''pass%22wdx%3A%20y");
    CHECK(content_disposition(false, "Grüße 😀.pdf") ==
          "attachment; filename=\"Gr__e _.pdf\"; "
          "filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%F0%9F%98%80.pdf");
    CHECK(clean_file_name("C:\\x\\y.doc") == "y.doc");
    CHECK(clean_file_name("..").empty());
    CHECK(clean_file_name("\xFF").empty());
    std::string long_name;
    for (int i = 0; i < 200; ++i)
        long_name += "ü";
    CHECK(clean_file_name(long_name).size() == 254);
}

TEST_CASE("metadata of an upload is understood, or said to be wrong") {
    const auto wrong = [](std::string_view header) {
        const auto words = read_words(header);
        const auto* text = std::get_if<std::string>(&words);
        return text != nullptr ? *text : std::string();
    };
    // filename "weiß.png", filetype "image/JPG", encrypted "true"
    const auto words = std::get<UploadWords>(
        read_words("filename d2Vpw58ucG5n,filetype aW1hZ2UvSlBH, encrypted dHJ1ZQ==,mine"));
    CHECK(words.file_name == "weiß.png");
    CHECK(words.type == "image/jpeg");
    CHECK(words.encrypted);
    CHECK(std::get<UploadWords>(read_words("")).file_name == "file");
    CHECK(wrong("filename !!!!").find("base64") != std::string::npos);
    CHECK(wrong("filename YQ==,filename YQ==").find("twice") != std::string::npos);
    CHECK(wrong("message_id YQ==") == "upload-metadata: message_id is invalid");
    CHECK(wrong("encrypted YQ==") == "upload-metadata: encrypted is invalid");
    CHECK(wrong("filetype YQ==") == "upload-metadata: filetype is invalid");
    CHECK(base64_decode("a+8=").has_value());
    CHECK_FALSE(base64_decode("a-_="));
    CHECK_FALSE(base64_decode("abc"));
}

TEST_CASE("a note is read back, and others are not taken for one") {
    const UploadNote note{*whispr::UserId::parse("01890000-0000-7000-8000-00000000000a"), 12345,
                          "filename YQ==\nx"};
    const auto read = read_note(write_note(note));
    REQUIRE(read);
    CHECK(read->owner == note.owner);
    CHECK(read->size == 12345);
    CHECK(read->header == note.header);
    CHECK_FALSE(read_note(form_note()));
    CHECK_FALSE(read_note(""));
    CHECK_FALSE(read_note("whispr-upload-1 x 1\n"));
    CHECK_FALSE(read_note(write_note(note).substr(0, 40)));
}

TEST_CASE("a checksum is compared with what came") {
    auto sha1 = UploadChecksum::read("sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    REQUIRE(sha1);
    sha1->add("a");
    sha1->add("bc");
    CHECK(sha1->matches());
    auto sha256 = UploadChecksum::read("sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    REQUIRE(sha256);
    sha256->add("abd");
    CHECK_FALSE(sha256->matches());
    CHECK_FALSE(UploadChecksum::read("md5 kAFQmDzST7DWlj99KOF/cg=="));
    CHECK_FALSE(UploadChecksum::read("sha1 YQ=="));
    CHECK_FALSE(UploadChecksum::read("sha1"));
}

TEST_CASE("a link is genuine for its file, its user, its time and its key") {
    const auto user = *whispr::UserId::parse("01890000-0000-7000-8000-00000000000a");
    const auto other = *whispr::UserId::parse("01890000-0000-7000-8000-00000000000b");
    const SignedLinks old({std::string(32, 'a')});
    const SignedLinks rotated({std::string(32, 'b'), std::string(32, 'a')});
    const SignedLinks strange({std::string(32, 'c')});
    const SignedLinks::Claim claim{"/attachments/x/download", user, 1'000};
    const std::string query = old.query(claim);
    const std::string signature = query.substr(query.rfind('=') + 1);
    CHECK(query.find("expires=1000&") != std::string::npos);
    CHECK(old.is_genuine(claim, signature));
    CHECK(rotated.is_genuine(claim, signature));
    CHECK(rotated.query(claim) != query);
    CHECK_FALSE(strange.is_genuine(claim, signature));
    CHECK_FALSE(old.is_genuine({"/attachments/x/thumbnail", user, 1'000}, signature));
    CHECK_FALSE(old.is_genuine({claim.path, other, 1'000}, signature));
    CHECK_FALSE(old.is_genuine({claim.path, user, 1'001}, signature));
    CHECK_FALSE(old.is_genuine(claim, ""));
    CHECK_FALSE(old.is_genuine(claim, signature.substr(1)));
}
