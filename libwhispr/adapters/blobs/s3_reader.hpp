// Reads an object as it comes: one request as long as the reader goes on where it was, and the
// connection waits while nobody reads.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "s3_client.hpp"

namespace whispr::blobs {

class S3Reader final : public BlobReader {
 public:
    S3Reader(std::shared_ptr<S3Client> client, std::string key, std::uint64_t size)
        : client_(std::move(client)), key_(std::move(key)), size_(size) {}
    ~S3Reader() override { stop(); }
    S3Reader(const S3Reader&) = delete;
    S3Reader& operator=(const S3Reader&) = delete;

    std::uint64_t size() const noexcept override { return size_; }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> room) override;
    int file() const noexcept override { return -1; }

 private:
    static std::size_t on_bytes(char* bytes, std::size_t one, std::size_t count, void* context);
    [[nodiscard]] Result<void> begin(std::uint64_t offset);
    /// Until the room is full or the request over.
    [[nodiscard]] Result<void> pump(bool& again);
    void stop();

    const std::shared_ptr<S3Client> client_;
    const std::string key_;
    const std::uint64_t size_;
    struct FreeMulti {
        void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
    };
    std::unique_ptr<CURLM, FreeMulti> multi_{};
    Easy easy_{};
    HeaderList headers_{};
    std::uint64_t at_ = 0;  ///< of the next byte that the request brings
    std::span<std::byte> room_{};
    std::string refusal_{};                           ///< the body of an answer that is no success
    std::array<char, CURL_MAX_WRITE_SIZE> beyond_{};  ///< came with what filled the room
    std::size_t beyond_begin_ = 0;
    std::size_t beyond_end_ = 0;
};

}  // namespace whispr::blobs
