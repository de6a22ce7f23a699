// Signatures of version 4, as Amazon describes them: of a request's headers, and of a link.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "whispr/blob_key.hpp"

namespace whispr::blobs {

struct S3Credentials {
    std::string region{};
    std::string access_key{};
    std::string secret_key{};
    std::string session_token{};
};

/// Names and values, not encoded; in any order.
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct S3Request {
    std::string method = "GET";
    std::string host{};  ///< with the port where it is not the scheme's own
    std::string path{};  ///< encoded
    Pairs query{};
};

/// Percent-encoded but for what RFC 3986 leaves alone, and slashes if asked for.
[[nodiscard]] std::string encoded(const std::string& text, bool keep_slashes = false);
/// "a=1&b=2", in the order that is signed.
[[nodiscard]] std::string query_text(Pairs query);

/// The headers that the request must be sent with, authorization among them.
[[nodiscard]] Pairs signed_headers(const S3Request& request, const BlobKey& payload,
                                   const S3Credentials& credentials, std::chrono::sys_seconds now);
/// The query of a link that is good for so long.
[[nodiscard]] std::string signed_query(S3Request request, std::chrono::seconds lifetime,
                                       const S3Credentials& credentials,
                                       std::chrono::sys_seconds now);

}  // namespace whispr::blobs
