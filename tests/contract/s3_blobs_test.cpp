// What is S3's alone: signatures, links, and a server that fails.
#include <curl/curl.h>

#include "blobs/s3_signature.hpp"
#include "failing_s3.hpp"
#include "s3_server.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

constexpr const char* secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

S3Options options_for(const FailingS3& server, const BlobFolder& spool) {
    S3Options options;
    options.endpoint = server.url();
    options.bucket = "bucket";
    options.access_key = "AKIAIOSFODNN7EXAMPLE";
    options.secret_key = secret;
    options.session_token = "a-session-token";
    options.spool = spool.path();
    options.first_pause = std::chrono::milliseconds(1);
    options.connect_timeout = std::chrono::milliseconds(2'000);
    options.idle_timeout = std::chrono::seconds(1);
    return options;
}

struct Failing {
    explicit Failing(std::vector<std::string> answers, int attempts = 4)
        : server(std::move(answers)) {
        auto options = options_for(server, spool);
        options.attempts = attempts;
        store = take(make_s3_blobs(options));
    }
    BlobFolder spool;
    FailingS3 server;
    std::shared_ptr<BlobStore> store;
};

std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(bytes, one * count);
    return one * count;
}

/// What anybody gets there.
struct Got {
    long status = 0;
    std::string body;
    std::string type;
};
Got get(const std::string& url) {
    Got got;
    CURL* const easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &got.body);
    CHECK(curl_easy_perform(easy) == CURLE_OK);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &got.status);
    char* type = nullptr;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) got.type = type;
    curl_easy_cleanup(easy);
    return got;
}

void holds_no_secret(const Error& error) {
    CHECK(error.text.find(secret) == std::string::npos);
    CHECK(error.text.find("a-session-token") == std::string::npos);
    CHECK(error.text.find("Signature=") == std::string::npos);
    CHECK(error.text.find("AKIA") == std::string::npos);
}

std::string partial(const std::string& body, std::size_t size) {
    return answer(206, body, size);
}

const BlobKey some_key = *BlobKey::parse(std::string(64, 'a'));

}  // namespace

// The examples of Amazon's description of the signature.
TEST_CASE("signatures are Amazon's", "[blobs]") {
    const blobs::S3Credentials credentials{"us-east-1", "AKIAIOSFODNN7EXAMPLE", secret, ""};
    const std::chrono::sys_seconds then = std::chrono::sys_days(std::chrono::year(2013) / 5 / 24);
    const blobs::S3Request link{"GET", "examplebucket.s3.amazonaws.com", "/test.txt", {}};
    CHECK(blobs::signed_query(link, std::chrono::seconds(86'400), credentials, then) ==
          "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
          "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
          "X-Amz-SignedHeaders=host&X-Amz-Signature="
          "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    const blobs::S3Request list{
        "GET", "examplebucket.s3.amazonaws.com", "/", {{"prefix", "J"}, {"max-keys", "2"}}};
    const BlobKey nothing =
        *BlobKey::parse("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const auto headers = blobs::signed_headers(list, nothing, credentials, then);
    CHECK(headers.back().second ==
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
          "SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature="
          "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("the bucket is in the path, or in the host's name", "[blobs]") {
    const BlobFolder spool;
    S3Options options;
    options.endpoint = "https://s3.example.org";
    options.link_endpoint = "https://files.example.org:8443";
    options.bucket = "bucket";
    options.prefix = "whispr/";
    options.access_key = "key";
    options.secret_key = "secret";
    options.spool = spool.path();
    const std::string object = "whispr/aa/" + std::string(64, 'a') + "?";
    const auto by_path = take(take(make_s3_blobs(options))->link(some_key, {}));
    CHECK(by_path->starts_with("https://files.example.org:8443/bucket/" + object));
    options.path_style = false;
    options.session_token = "to+ken";
    const auto by_host = take(take(make_s3_blobs(options))->link(some_key, {}));
    CHECK(by_host->starts_with("https://bucket.files.example.org:8443/" + object));
    CHECK(by_host->find("X-Amz-Security-Token=to%2Bken") != std::string::npos);
    CHECK(by_host->find("secret") == std::string::npos);
}

TEST_CASE("options that are wrong are named, without their secrets", "[blobs]") {
    const BlobFolder spool;
    const FailingS3 server({});
    const auto field_of = [&](auto change) {
        S3Options options = options_for(server, spool);
        change(options);
        const auto made = make_s3_blobs(options);
        REQUIRE_FALSE(made);
        holds_no_secret(made.error());
        REQUIRE(made.error().fields.size() == 1);
        return made.error().fields[0].field;
    };
    CHECK(field_of([](S3Options& o) { o.endpoint = "s3.example.org"; }) == "endpoint");
    CHECK(field_of([](S3Options& o) { o.endpoint = "https://host/path"; }) == "endpoint");
    CHECK(field_of([](S3Options& o) { o.link_endpoint = "ftp://host"; }) == "link_endpoint");
    CHECK(field_of([](S3Options& o) { o.bucket = "a/b"; }) == "bucket");
    CHECK(field_of([](S3Options& o) { o.region = ""; }) == "region");
    CHECK(field_of([](S3Options& o) { o.access_key = "two words"; }) == "access_key");
    CHECK(field_of([](S3Options& o) { o.secret_key = ""; }) == "secret_key");
    CHECK(field_of([](S3Options& o) { o.spool = ""; }) == "spool");
    CHECK(field_of([](S3Options& o) { o.part_bytes = 1'000; }) == "part_bytes");
}

TEST_CASE("what may pass is tried again", "[blobs]") {
    Failing on({answer(500), answer(503, "<Error><Code>SlowDown</Code></Error>"),
                "HTTP/1.1 200 OK\r\n",  // cut off
                answer(200, "", 5)});
    const auto blob = take(on.store->blob(some_key));
    REQUIRE(blob);
    CHECK(blob->size == 5);
    const auto requests = on.server.requests();
    REQUIRE(requests.size() == 4);
    for (const std::string& head : requests) {
        CHECK(head.starts_with("HEAD /bucket/aa/"));
        CHECK(head.find("x-amz-security-token: a-session-token") != std::string::npos);
    }
}

TEST_CASE("what does not pass is told after some attempts", "[blobs]") {
    Failing on(std::vector<std::string>(9, answer(503, "<Error><Code>SlowDown</Code></Error>")), 3);
    const auto removed = on.store->remove(some_key);
    REQUIRE_FALSE(removed);
    CHECK(removed.error().code == Errc::unavailable);
    CHECK(removed.error().text.find("503 SlowDown") != std::string::npos);
    holds_no_secret(removed.error());
    CHECK(on.server.requests().size() == 3);
}

TEST_CASE("a refusal is not tried again, and its text holds no secret", "[blobs]") {
    Failing on({answer(403, "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>Signature=" +
                                std::string(secret) + "</StringToSign></Error>")});
    const auto listed = on.store->blobs({});
    REQUIRE_FALSE(listed);
    CHECK(listed.error().code == Errc::unavailable);
    CHECK(listed.error().text.find("403 SignatureDoesNotMatch") != std::string::npos);
    holds_no_secret(listed.error());
    CHECK(on.server.requests().size() == 1);
}

TEST_CASE("a server that says nothing is waited for so long", "[blobs]") {
    Failing on({""}, 1);
    const auto blob = on.store->blob(some_key);
    REQUIRE_FALSE(blob);
    CHECK(blob.error().code == Errc::unavailable);
    CHECK(blob.error().text.find("Timeout") != std::string::npos);
}

TEST_CASE("nobody listens there", "[blobs]") {
    const BlobFolder spool;
    S3Options options;
    {
        const FailingS3 gone({});
        options = options_for(gone, spool);
    }
    const auto blob = take(make_s3_blobs(options))->blob(some_key);
    REQUIRE_FALSE(blob);
    CHECK(blob.error().code == Errc::unavailable);
    holds_no_secret(blob.error());
}

TEST_CASE("reading goes on where a connection was cut", "[blobs]") {
    Failing on({answer(200, "", 10), partial("0123", 10), answer(500), partial("456789", 6)});
    const auto reader = take(on.store->read(some_key));
    CHECK(read_text(*reader, 0, 100) == "0123456789");
    const auto requests = on.server.requests();
    REQUIRE(requests.size() == 4);
    CHECK(requests[1].find("range: bytes=0-") != std::string::npos);
    CHECK(requests[3].find("range: bytes=4-") != std::string::npos);
}

TEST_CASE("reading on costs one request", "[blobs]") {
    Failing on({answer(200, "", 10), partial("0123456789", 10), partial("23456789", 8)});
    const auto reader = take(on.store->read(some_key));
    CHECK(read_text(*reader, 0, 3) == "012");
    CHECK(read_text(*reader, 3, 3) == "345");
    CHECK(read_text(*reader, 6, 9) == "6789");
    CHECK(on.server.requests().size() == 2);
    CHECK(read_text(*reader, 2, 4) == "2345");
    CHECK(on.server.requests().size() == 3);
}

TEST_CASE("an upload that S3 does not take stays an upload", "[blobs]") {
    // Asked whether it is there, then sent, then asked again; the second time it works.
    Failing on({answer(404), answer(400, "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>"),
                answer(404), answer(404), answer(200), answer(200, "", 11)});
    const UploadId id = next_upload();
    take(on.store->begin(id, ""));
    const auto writer = take(on.store->open(id));
    take(writer->append(0, bytes_of("hello world")));
    const auto refused = writer->finish();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.find("400 XAmzContentSHA256Mismatch") != std::string::npos);
    CHECK(take(on.store->upload(id))->size == 11);
    CHECK(take(writer->finish()).size == 11);
    CHECK_FALSE(take(on.store->upload(id)));
}

TEST_CASE("S3 refuses what is signed with another key", "[blobs][radosgw]") {
    const BlobFolder spool;
    S3Options options = S3Server::shared().options();
    options.spool = spool.path();
    const auto store = take(make_s3_blobs(options));
    CHECK_FALSE(take(store->blob(some_key)));
    options.secret_key += "x";
    const auto stranger = take(make_s3_blobs(options));
    for (const auto& refused : {stranger->blobs({}).error(), stranger->blob(some_key).error(),
                                stranger->remove(some_key).error()}) {
        CHECK(refused.code == Errc::unavailable);
        CHECK(refused.text.find("403") != std::string::npos);
        CHECK(refused.text.find(options.secret_key) == std::string::npos);
    }
}

TEST_CASE("anybody gets a blob by its link, and by nothing else", "[blobs][radosgw]") {
    S3BucketUnderTest on;
    const std::string bytes = noise(200'000);
    const BlobKey key = on.put(bytes).key;
    const auto link =
        take(on.store().link(key, {.content_type = "image/png",
                                   .content_disposition = "attachment; filename=\"a b.png\""}));
    REQUIRE(link);
    const Got got = get(*link);
    CHECK(got.status == 200);
    CHECK((got.body == bytes));
    CHECK(got.type == "image/png");
    CHECK(get(link->substr(0, link->find('?'))).status == 403);
    std::string tampered = *link;
    tampered.replace(tampered.find("image%2Fpng"), 11, "text%2Fhtml");
    CHECK(get(tampered).status == 403);
    std::string longer = *link;
    longer.replace(longer.find("Expires=300"), 11, "Expires=301");
    CHECK(get(longer).status == 403);
}

TEST_CASE("S3 without its bucket is unavailable", "[blobs][radosgw]") {
    const BlobFolder spool;
    S3Options options = S3Server::shared().options();
    options.spool = spool.path();
    options.bucket = "no-such-bucket";
    const auto store = take(make_s3_blobs(options));
    const auto listed = store->blobs({});
    REQUIRE_FALSE(listed);
    CHECK(listed.error().code == Errc::unavailable);
    const UploadId id = next_upload();
    take(store->begin(id, ""));
    const auto writer = take(store->open(id));
    take(writer->append(0, bytes_of("x")));
    CHECK(writer->finish().error().code == Errc::unavailable);
    CHECK(writer->size() == 1);
}
