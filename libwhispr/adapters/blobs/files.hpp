// Files and folders as this adapter uses them: what fails is an Error with the system's words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr::blobs {

/// An open file that is closed with its owner.
class File {
 public:
    File() = default;
    explicit File(int handle) noexcept : handle_(handle) {}
    File(File&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
    File& operator=(File&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~File();

    [[nodiscard]] int get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ >= 0; }

 private:
    int handle_ = -1;
};

/// What went wrong with `what` ("write the upload"), by errno.
[[nodiscard]] Error system_error(const std::string& what);

/// Makes the folder and those above it, durably.
[[nodiscard]] Result<void> make_folders(const std::string& path);
/// Makes what was renamed, created or removed in a folder durable.
[[nodiscard]] Result<void> sync_folder(const std::string& path);
/// Fewer bytes than there is room for only at the end of the file.
[[nodiscard]] Result<std::size_t> read_at(int file, std::uint64_t offset,
                                          std::span<std::byte> room);
[[nodiscard]] Result<void> write_at(int file, std::uint64_t offset,
                                    std::span<const std::byte> bytes);

struct FileFacts {
    std::uint64_t size = 0;
    Time changed_at{};
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t names = 0;  ///< 0: it was removed
};
[[nodiscard]] Result<FileFacts> facts_of(int file);

}  // namespace whispr::blobs
