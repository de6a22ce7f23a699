// Requests to one bucket: signed, tried again where that may help, and with errors in words that
// hold no secret. A connection serves one request at a time and is kept for the next.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "s3_signature.hpp"
#include "whispr/adapters/blob_stores.hpp"

namespace whispr::blobs {

struct FreeCurl {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, FreeCurl>;
using HeaderList = std::unique_ptr<curl_slist, FreeCurl>;

/// What is sent with a request: a short text, or a part of an open file.
struct S3Body {
    std::string text{};
    int file = -1;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  ///< of the file's part
};

struct S3Call {
    std::string method = "GET";
    std::string key{};  ///< of the object, with the prefix; empty: the bucket
    Pairs query{};
    S3Body body{};
};

struct S3Answer {
    long status = 0;
    std::string body{};  ///< at most `answer_bytes` of it
    std::string etag{};
    std::optional<std::uint64_t> size{};  ///< content-length
    Time modified_at{};
};

class S3Client {
 public:
    explicit S3Client(S3Options options);

    /// Answers 2xx and 404; every other status is an error.
    [[nodiscard]] Result<S3Answer> call(const S3Call& call);
    /// A connection set up to get an object from `offset` on. What comes is for the caller to take.
    [[nodiscard]] std::pair<Easy, HeaderList> get_from(const std::string& key,
                                                       std::uint64_t offset);
    [[nodiscard]] std::string link(const std::string& key, Pairs query,
                                   std::chrono::seconds lifetime) const;

    /// Before the attempt that follows this many; false: there is none.
    [[nodiscard]] bool wait_after(int attempts);
    [[nodiscard]] static bool may_pass(long status) noexcept {
        return status >= 500 || status == 429 || status == 408;
    }
    /// What a status means, with the code that the answer names.
    [[nodiscard]] static Error refused(const std::string& what, long status,
                                       const std::string& body);
    [[nodiscard]] static Error failed(const std::string& what, CURLcode code);

    static constexpr std::size_t answer_bytes = 4U << 20;  ///< of a page of a list

 private:
    struct Place {
        std::string url;  ///< without the query
        std::string host;
        std::string path;
    };
    [[nodiscard]] Place place_of(const std::string& endpoint, const std::string& key) const;
    [[nodiscard]] HeaderList prepare(CURL* easy, const S3Call& call, const BlobKey& payload) const;
    [[nodiscard]] Result<S3Answer> try_once(CURL* easy, const S3Call& call, const BlobKey& payload,
                                            bool& again) const;
    [[nodiscard]] Easy take();
    void give_back(Easy easy);

    const S3Options options_;
    const S3Credentials credentials_;
    std::mutex mutex_;
    std::vector<Easy> idle_;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace whispr::blobs
