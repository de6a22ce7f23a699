// Blob stores: in memory (for tests), in a directory, and in an S3 bucket.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "whispr/ports/blob_store.hpp"
#include "whispr/ports/clock.hpp"
#include "whispr/result.hpp"

namespace whispr {

/// Forgets everything at its end. Keeps every byte in memory.
[[nodiscard]] std::shared_ptr<BlobStore> make_memory_blobs(std::shared_ptr<Clock> clock);

/// A tree below `directory`, which is made when it is not there: blobs by the first byte of their
/// key, and staged uploads beside them, so that finishing one is a rename. Several processes may
/// use it at once, also on different machines where the file system has locks (flock) and atomic
/// renames. Fails with unavailable (cannot be made or written to).
[[nodiscard]] Result<std::shared_ptr<BlobStore>> make_directory_blobs(const std::string& directory);

/// A bucket of anything that speaks S3 with signatures of version 4.
struct S3Options {
    std::string endpoint{};  ///< http:// or https:// HOST[:PORT], without a path
    std::string region = "us-east-1";
    std::string bucket{};
    std::string prefix{};  ///< of all keys in the bucket, e.g. "whispr/"; may be empty
    std::string access_key{};
    std::string secret_key{};
    std::string session_token{};  ///< of temporary credentials; empty: none
    bool path_style = true;       ///< false: the bucket is a part of the host's name
    std::string ca_file{};        ///< certificates that sign the endpoint's; empty: the system's
    /// Where uploads are staged on local disk until they are finished: what one process began, only
    /// those find that use the same folder. Made when it is not there.
    std::string spool{};
    /// Links to the bucket are given to clients, as reached at this endpoint. Empty: none are.
    std::string link_endpoint{};
    std::size_t part_bytes = 8U << 20;  ///< of a multipart upload; at least 5 MiB
    int attempts = 4;                   ///< of each request; those that may pass are tried again
    std::chrono::milliseconds first_pause{200};  ///< before the second attempt; doubles, at random
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::seconds idle_timeout{20};  ///< without a byte in either direction
};

/// Does not connect. Fails with invalid (an option, by name; never its value where it is a secret),
/// unavailable (the spool cannot be made or written to).
[[nodiscard]] Result<std::shared_ptr<BlobStore>> make_s3_blobs(S3Options options);

}  // namespace whispr
