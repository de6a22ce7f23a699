#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace whispr::blobs {

File::~File() {
    if (handle_ >= 0) ::close(handle_);
}

Error system_error(const std::string& what) {
    return Error{
        Errc::unavailable, "cannot " + what + ": " + std::generic_category().message(errno), {}};
}

Result<void> sync_folder(const std::string& path) {
    const File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) return system_error("sync folder " + path);
    return {};
}

Result<void> make_folders(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) {
        const auto slash = path.find_last_of('/');
        return sync_folder(slash == std::string::npos ? "."
                           : slash == 0               ? "/"
                                                      : path.substr(0, slash));
    }
    if (errno == EEXIST) {
        struct stat found {};
        if (::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return {};
        errno = ENOTDIR;
        return system_error("use folder " + path);
    }
    const auto slash = path.find_last_of('/');
    if (errno != ENOENT || slash == std::string::npos || slash == 0) {
        return system_error("make folder " + path);
    }
    if (auto above = make_folders(path.substr(0, slash)); !above) return above;
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_error("make folder " + path);
    }
    return sync_folder(path.substr(0, slash));
}

Result<std::size_t> read_at(int file, std::uint64_t offset, std::span<std::byte> room) {
    std::size_t done = 0;
    while (done < room.size()) {
        const ssize_t got = ::pread(file, room.data() + done, room.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read a stored file");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

Result<void> write_at(int file, std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return system_error("write an upload");
        offset += static_cast<std::uint64_t>(done);
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
    return {};
}

Result<FileFacts> facts_of(int file) {
    struct stat found {};
    if (::fstat(file, &found) != 0) return system_error("look at a stored file");
    FileFacts facts;
    facts.size = static_cast<std::uint64_t>(found.st_size);
    facts.changed_at = Time{std::chrono::seconds(found.st_mtim.tv_sec) +
                            std::chrono::microseconds(found.st_mtim.tv_nsec / 1000)};
    facts.device = found.st_dev;
    facts.inode = found.st_ino;
    facts.names = found.st_nlink;
    return facts;
}

}  // namespace whispr::blobs
