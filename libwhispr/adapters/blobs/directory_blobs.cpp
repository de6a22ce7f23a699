// A blob is a file DIRECTORY/blobs/XX/KEY, XX being the key's first byte; staged uploads lie in
// DIRECTORY/uploads. A blob is whole or not there: it gets its name, by a rename, when it is
// durable.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "staging.hpp"
#include "whispr/adapters/blob_stores.hpp"

namespace whispr {

namespace {

using blobs::File;
using blobs::system_error;

class FileReader final : public BlobReader {
 public:
    FileReader(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

    std::uint64_t size() const noexcept override { return size_; }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> room) override {
        return blobs::read_at(file_.get(), offset, room);
    }
    int file() const noexcept override { return file_.get(); }

 private:
    const File file_;
    const std::uint64_t size_;
};

class DirectoryBlobs final : public BlobStore {
 public:
    explicit DirectoryBlobs(const std::string& directory)
        : blobs_(directory + "/blobs"),
          uploads_(directory + "/uploads"),
          staging_(uploads_, [this](const blobs::Finishing& upload) { return take(upload); }) {}

    Result<void> prepare() {
        for (const std::string& folder : {blobs_, uploads_}) {
            if (auto made = blobs::make_folders(folder); !made) return made;
            if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
                return system_error("write to folder " + folder);
            }
        }
        return {};
    }

    Result<void> begin(UploadId id, const std::string& note) override {
        return staging_.begin(id, note);
    }
    Result<std::unique_ptr<BlobWriter>> open(UploadId id) override { return staging_.open(id); }
    Result<std::optional<StagedUpload>> upload(UploadId id) override { return staging_.upload(id); }
    Result<void> drop(UploadId id) override { return staging_.drop(id); }
    Result<std::vector<StagedUpload>> uploads(std::optional<UploadId> after) override {
        return staging_.uploads(after);
    }

    Result<std::unique_ptr<BlobReader>> read(const BlobKey& key) override {
        File file(::open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC));
        if (!file && errno == ENOENT) {
            return Error{Errc::not_found, "blob " + key.to_string() + " was not found", {}};
        }
        if (!file) return system_error("open a blob");
        const auto facts = blobs::facts_of(file.get());
        if (!facts) return facts.error();
        return std::unique_ptr<BlobReader>(
            std::make_unique<FileReader>(std::move(file), facts->size));
    }

    Result<std::optional<StoredBlob>> blob(const BlobKey& key) override {
        const File file(::open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC));
        if (!file && errno == ENOENT) return std::optional<StoredBlob>();
        if (!file) return system_error("look at a blob");
        const auto facts = blobs::facts_of(file.get());
        if (!facts) return facts.error();
        return std::optional(StoredBlob{key, facts->size, facts->changed_at});
    }

    Result<void> remove(const BlobKey& key) override {
        if (::unlink(path_of(key).c_str()) == 0 || errno == ENOENT) return {};
        return system_error("remove a blob");
    }

    Result<std::vector<StoredBlob>> blobs(std::optional<BlobKey> after) override {
        std::vector<StoredBlob> found;
        for (unsigned shard = after ? after->bytes[0] : 0; shard < 256; ++shard) {
            auto keys = keys_of(shard_of(static_cast<std::uint8_t>(shard)));
            if (!keys) return keys.error();
            for (const BlobKey& key : *keys) {
                if (after && key <= *after) continue;
                if (found.size() >= page_rows) return found;
                auto one = blob(key);
                if (!one) return one.error();
                if (*one) found.push_back(**one);
            }
        }
        return found;
    }

    Result<std::optional<std::string>> link(const BlobKey&, const BlobLink&) override {
        return std::optional<std::string>();
    }

 private:
    [[nodiscard]] std::string shard_of(std::uint8_t first) const {
        BlobKey key;
        key.bytes[0] = first;
        return blobs_ + "/" + key.to_string().substr(0, 2);
    }
    [[nodiscard]] std::string path_of(const BlobKey& key) const {
        return shard_of(key.bytes[0]) + "/" + key.to_string();
    }

    // Replaces what has the name already: equal bytes, but of now.
    Result<StoredBlob> take(const blobs::Finishing& upload) {
        const std::string folder = shard_of(upload.key.bytes[0]);
        if (auto made = blobs::make_folders(folder); !made) return made.error();
        if (::futimens(upload.file, nullptr) != 0) return system_error("date a blob");
        if (::rename(upload.path.c_str(), path_of(upload.key).c_str()) != 0) {
            if (errno == ENOENT) return Error{Errc::not_found, "the upload was dropped", {}};
            return system_error("name a blob");
        }
        for (const std::string& changed : {folder, uploads_}) {
            if (auto synced = blobs::sync_folder(changed); !synced) {
                // It is an upload again, as far as this disk still does anything.
                ::rename(path_of(upload.key).c_str(), upload.path.c_str());
                return synced.error();
            }
        }
        const auto facts = blobs::facts_of(upload.file);
        if (!facts) return facts.error();
        return StoredBlob{upload.key, facts->size, facts->changed_at};
    }

    static Result<std::vector<BlobKey>> keys_of(const std::string& shard) {
        std::vector<BlobKey> keys;
        DIR* const folder = ::opendir(shard.c_str());
        if (folder == nullptr && errno == ENOENT) return keys;
        if (folder == nullptr) return system_error("list blobs");
        while (const dirent* const entry = ::readdir(folder)) {
            if (const auto key = BlobKey::parse(entry->d_name)) keys.push_back(*key);
        }
        ::closedir(folder);
        std::sort(keys.begin(), keys.end());
        return keys;
    }

    const std::string blobs_;
    const std::string uploads_;
    blobs::Staging staging_;
};

}  // namespace

Result<std::shared_ptr<BlobStore>> make_directory_blobs(const std::string& directory) {
    if (directory.empty()) return invalid_field("directory", "can't be blank");
    auto store = std::make_shared<DirectoryBlobs>(directory);
    if (auto prepared = store->prepare(); !prepared) return prepared.error();
    return std::shared_ptr<BlobStore>(std::move(store));
}

}  // namespace whispr
