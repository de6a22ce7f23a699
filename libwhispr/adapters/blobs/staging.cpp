#include "staging.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "staged_writer.hpp"

namespace whispr::blobs {

namespace {

constexpr std::string_view part_ending = ".part";

Error no_upload(UploadId id) {
    return Error{Errc::not_found, "upload " + id.to_string() + " was not found", {}};
}

// Durable before its upload is there.
Result<void> write_note(const std::string& path, const std::string& note) {
    const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return system_error("begin an upload");
    if (auto written = write_at(file.get(), 0, std::as_bytes(std::span(note))); !written) {
        return written;
    }
    if (::fsync(file.get()) != 0) return system_error("begin an upload");
    return {};
}

Result<std::string> read_note(const std::string& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file && errno == ENOENT) return std::string();
    if (!file) return system_error("read an upload's note");
    std::string note(BlobStore::note_bytes, '\0');
    const auto size = read_at(file.get(), 0, std::as_writable_bytes(std::span(note)));
    if (!size) return size.error();
    note.resize(*size);
    return note;
}

}  // namespace

std::string Staging::part_of(UploadId id) const {
    return folder_ + "/" + id.to_string() + std::string(part_ending);
}

std::string Staging::note_of(UploadId id) const {
    return folder_ + "/" + id.to_string() + ".note";
}

Result<void> Staging::begin(UploadId id, const std::string& note) {
    if (note.size() > BlobStore::note_bytes) {
        return invalid_field(
            "note", "should be at most " + std::to_string(BlobStore::note_bytes) + " byte(s)");
    }
    const std::string part = part_of(id);
    if (::access(part.c_str(), F_OK) != 0) {
        if (auto written = write_note(note_of(id), note); !written) return written;
    }
    const File file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file && errno == EEXIST) {
        return Error{Errc::already_exists, "upload " + id.to_string() + " is there already", {}};
    }
    if (!file) return system_error("begin an upload");
    return sync_folder(folder_);
}

Result<std::unique_ptr<BlobWriter>> Staging::open(UploadId id) {
    const std::string path = part_of(id);
    File file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file && errno == ENOENT) return no_upload(id);
    if (!file) return system_error("open an upload");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return system_error("lock an upload");
        return Error{Errc::already_exists, "upload " + id.to_string() + " is being written to", {}};
    }
    // Whoever had it locked may have finished it before.
    const File again(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!again) return no_upload(id);
    const auto locked = facts_of(file.get());
    if (!locked) return locked.error();
    const auto named = facts_of(again.get());
    if (!named) return named.error();
    if (locked->inode != named->inode || locked->device != named->device) return no_upload(id);
    return std::unique_ptr<BlobWriter>(std::make_unique<StagedWriter>(
        id, std::move(file), path, note_of(id), locked->size, finish_));
}

Result<std::optional<StagedUpload>> Staging::upload(UploadId id) {
    const File file(::open(part_of(id).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file && errno == ENOENT) return std::optional<StagedUpload>();
    if (!file) return system_error("look at an upload");
    const auto facts = facts_of(file.get());
    if (!facts) return facts.error();
    auto note = read_note(note_of(id));
    if (!note) return note.error();
    return std::optional(StagedUpload{id, facts->size, *std::move(note), facts->changed_at});
}

Result<void> Staging::drop(UploadId id) {
    for (const std::string& path : {part_of(id), note_of(id)}) {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error("drop an upload");
    }
    return {};
}

Result<std::vector<StagedUpload>> Staging::uploads(std::optional<UploadId> after) {
    DIR* const folder = ::opendir(folder_.c_str());
    if (folder == nullptr) return system_error("list uploads");
    std::vector<UploadId> ids;
    while (const dirent* const entry = ::readdir(folder)) {
        std::string_view name = entry->d_name;
        if (!name.ends_with(part_ending)) continue;
        name.remove_suffix(part_ending.size());
        const auto id = UploadId::parse(name);
        if (id && (!after || *after < *id)) ids.push_back(*id);
    }
    ::closedir(folder);
    std::sort(ids.begin(), ids.end());
    std::vector<StagedUpload> found;
    for (const UploadId id : ids) {
        if (found.size() >= BlobStore::page_rows) break;
        auto one = upload(id);
        if (!one) return one.error();
        if (*one) found.push_back(**std::move(one));
    }
    return found;
}

}  // namespace whispr::blobs
