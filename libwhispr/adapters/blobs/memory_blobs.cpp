// Everything in memory, for tests: the same answers as the stores that last.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "sha256.hpp"
#include "whispr/adapters/blob_stores.hpp"

namespace whispr {

namespace {

using Bytes = std::vector<std::byte>;

struct Staged {
    Bytes bytes{};
    std::string note{};
    Time changed_at{};
    bool open = false;
};

struct Kept {
    std::shared_ptr<const Bytes> bytes{};
    Time stored_at{};
};

struct Shared {
    explicit Shared(std::shared_ptr<Clock> the_clock) : clock(std::move(the_clock)) {}

    const std::shared_ptr<Clock> clock;
    std::mutex mutex{};
    std::map<UploadId, std::shared_ptr<Staged>> uploads{};
    std::map<BlobKey, Kept> blobs{};
};

class Writer final : public BlobWriter {
 public:
    Writer(UploadId id, std::shared_ptr<Shared> shared, std::shared_ptr<Staged> staged)
        : id_(id), shared_(std::move(shared)), staged_(std::move(staged)) {
        size_ = staged_->bytes.size();
    }
    ~Writer() override {
        const std::lock_guard lock(shared_->mutex);
        staged_->open = false;
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    std::uint64_t size() const noexcept override { return size_; }

    Result<void> append(std::uint64_t offset, std::span<const std::byte> bytes) override {
        const std::lock_guard lock(shared_->mutex);
        if (auto is_usable = usable(); !is_usable) return is_usable;
        if (offset != size_) {
            return Error{Errc::stale,
                         "the upload is " + std::to_string(size_) +
                             " bytes long, and was to go on at " + std::to_string(offset),
                         {}};
        }
        staged_->bytes.insert(staged_->bytes.end(), bytes.begin(), bytes.end());
        staged_->changed_at = shared_->clock->now();
        size_ = staged_->bytes.size();
        return {};
    }

    Result<void> cut(std::uint64_t size) override {
        const std::lock_guard lock(shared_->mutex);
        if (auto is_usable = usable(); !is_usable) return is_usable;
        if (size > size_) {
            return Error{Errc::stale,
                         "the upload is " + std::to_string(size_) +
                             " bytes long, and was to be cut to " + std::to_string(size),
                         {}};
        }
        staged_->bytes.resize(size);
        size_ = size;
        return {};
    }

    int file() const noexcept override { return -1; }

    Result<BlobKey> digest() override {
        const std::lock_guard lock(shared_->mutex);
        if (auto is_usable = usable(); !is_usable) return is_usable.error();
        return key();
    }

    Result<StoredBlob> finish() override {
        const std::lock_guard lock(shared_->mutex);
        if (auto is_usable = usable(); !is_usable) return is_usable.error();
        const StoredBlob stored{key(), size_, shared_->clock->now()};
        shared_->blobs[stored.key] = {std::make_shared<const Bytes>(std::move(staged_->bytes)),
                                      stored.stored_at};
        shared_->uploads.erase(id_);
        finished_ = true;
        return stored;
    }

 private:
    [[nodiscard]] Result<void> usable() const {
        if (finished_) return Error{Errc::closed, "the upload is finished", {}};
        const auto at = shared_->uploads.find(id_);
        if (at != shared_->uploads.end() && at->second == staged_) return {};
        return Error{Errc::not_found, "upload " + id_.to_string() + " was dropped", {}};
    }
    [[nodiscard]] BlobKey key() const {
        blobs::Sha256 hash;
        hash.feed(staged_->bytes);
        return hash.digest();
    }

    const UploadId id_;
    const std::shared_ptr<Shared> shared_;
    const std::shared_ptr<Staged> staged_;
    std::atomic<std::uint64_t> size_{0};
    bool finished_ = false;
};

class Reader final : public BlobReader {
 public:
    explicit Reader(std::shared_ptr<const Bytes> bytes) : bytes_(std::move(bytes)) {}

    std::uint64_t size() const noexcept override { return bytes_->size(); }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> room) override {
        if (offset >= bytes_->size()) return std::size_t{0};
        const std::size_t count = std::min<std::size_t>(room.size(), bytes_->size() - offset);
        std::copy_n(bytes_->begin() + static_cast<std::ptrdiff_t>(offset), count, room.begin());
        return count;
    }
    int file() const noexcept override { return -1; }

 private:
    const std::shared_ptr<const Bytes> bytes_;
};

class MemoryBlobs final : public BlobStore {
 public:
    explicit MemoryBlobs(std::shared_ptr<Clock> clock)
        : shared_(std::make_shared<Shared>(std::move(clock))) {}

    Result<void> begin(UploadId id, const std::string& note) override {
        if (note.size() > note_bytes) {
            return invalid_field("note",
                                 "should be at most " + std::to_string(note_bytes) + " byte(s)");
        }
        const std::lock_guard lock(shared_->mutex);
        auto staged = std::make_shared<Staged>();
        staged->note = note;
        staged->changed_at = shared_->clock->now();
        if (shared_->uploads.try_emplace(id, std::move(staged)).second) return {};
        return Error{Errc::already_exists, "upload " + id.to_string() + " is there already", {}};
    }

    Result<std::unique_ptr<BlobWriter>> open(UploadId id) override {
        const std::lock_guard lock(shared_->mutex);
        const auto at = shared_->uploads.find(id);
        if (at == shared_->uploads.end()) {
            return Error{Errc::not_found, "upload " + id.to_string() + " was not found", {}};
        }
        if (std::exchange(at->second->open, true)) {
            return Error{
                Errc::already_exists, "upload " + id.to_string() + " is being written to", {}};
        }
        return std::unique_ptr<BlobWriter>(std::make_unique<Writer>(id, shared_, at->second));
    }

    Result<std::optional<StagedUpload>> upload(UploadId id) override {
        const std::lock_guard lock(shared_->mutex);
        const auto at = shared_->uploads.find(id);
        if (at == shared_->uploads.end()) return std::optional<StagedUpload>();
        return std::optional(told(*at));
    }

    Result<void> drop(UploadId id) override {
        const std::lock_guard lock(shared_->mutex);
        shared_->uploads.erase(id);
        return {};
    }

    Result<std::vector<StagedUpload>> uploads(std::optional<UploadId> after) override {
        const std::lock_guard lock(shared_->mutex);
        std::vector<StagedUpload> found;
        for (const auto& one : shared_->uploads) {
            if (after && one.first <= *after) continue;
            if (found.size() < page_rows) found.push_back(told(one));
        }
        return found;
    }

    Result<std::unique_ptr<BlobReader>> read(const BlobKey& key) override {
        const std::lock_guard lock(shared_->mutex);
        const auto at = shared_->blobs.find(key);
        if (at == shared_->blobs.end()) {
            return Error{Errc::not_found, "blob " + key.to_string() + " was not found", {}};
        }
        return std::unique_ptr<BlobReader>(std::make_unique<Reader>(at->second.bytes));
    }

    Result<std::optional<StoredBlob>> blob(const BlobKey& key) override {
        const std::lock_guard lock(shared_->mutex);
        const auto at = shared_->blobs.find(key);
        if (at == shared_->blobs.end()) return std::optional<StoredBlob>();
        return std::optional(StoredBlob{key, at->second.bytes->size(), at->second.stored_at});
    }

    Result<void> remove(const BlobKey& key) override {
        const std::lock_guard lock(shared_->mutex);
        shared_->blobs.erase(key);
        return {};
    }

    Result<std::vector<StoredBlob>> blobs(std::optional<BlobKey> after) override {
        const std::lock_guard lock(shared_->mutex);
        std::vector<StoredBlob> found;
        for (const auto& [key, kept] : shared_->blobs) {
            if (after && key <= *after) continue;
            if (found.size() < page_rows) {
                found.push_back({key, kept.bytes->size(), kept.stored_at});
            }
        }
        return found;
    }

    Result<std::optional<std::string>> link(const BlobKey&, const BlobLink&) override {
        return std::optional<std::string>();
    }

 private:
    static StagedUpload told(const std::pair<const UploadId, std::shared_ptr<Staged>>& one) {
        return {one.first, one.second->bytes.size(), one.second->note, one.second->changed_at};
    }

    const std::shared_ptr<Shared> shared_;
};

}  // namespace

std::shared_ptr<BlobStore> make_memory_blobs(std::shared_ptr<Clock> clock) {
    return std::make_shared<MemoryBlobs>(std::move(clock));
}

}  // namespace whispr
