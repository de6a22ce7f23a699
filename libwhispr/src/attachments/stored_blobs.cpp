#include "attachments/stored_blobs.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace whispr {

std::vector<std::pair<BlobKey, std::int64_t>> blobs_of(const StoredFile& file, std::int64_t size) {
    std::vector<std::pair<BlobKey, std::int64_t>> blobs{{file.blob, size}};
    for (const Thumbnail& thumbnail : file.thumbnails) {
        const bool known = std::any_of(blobs.begin(), blobs.end(), [&](const auto& blob) {
            return blob.first == thumbnail.blob;
        });
        if (!known) blobs.emplace_back(thumbnail.blob, thumbnail.size);
    }
    return blobs;
}

LoadedBlob* find_blob(WorkingSet& set, const BlobKey& key) noexcept {
    auto& rows = set.uploads.rows.blobs;
    const auto at = std::find_if(rows.begin(), rows.end(),
                                 [&](const LoadedBlob& blob) { return blob.row.key == key; });
    return at == rows.end() ? nullptr : &*at;
}

void put_blob(WorkingSet& set, const BlobRow& row) {
    if (LoadedBlob* const known = find_blob(set, row.key)) {
        known->row = row;
    } else {
        set.uploads.rows.blobs.push_back({row, false});
    }
    UploadChanges& changes = set.uploads.changes;
    std::erase(changes.blobs_removed, row.key);
    const auto at = std::lower_bound(
        changes.blobs.begin(), changes.blobs.end(), row.key,
        [](const BlobRow& written, const BlobKey& key) { return written.key < key; });
    if (at != changes.blobs.end() && at->key == row.key) {
        *at = row;
    } else {
        changes.blobs.insert(at, row);
    }
}

std::optional<Error> refuse_references(WorkingSet& set,
                                       const std::vector<std::pair<BlobKey, std::int64_t>>& blobs) {
    for (const auto& [key, size] : blobs) {
        const LoadedBlob* const blob = find_blob(set, key);
        if (blob == nullptr) {
            return Error{Errc::stale, "blob " + key.to_string() + " is not reserved", {}};
        }
        if (blob->row.removing_since) {
            return Error{Errc::stale, "blob " + key.to_string() + " is being removed", {}};
        }
    }
    return std::nullopt;
}

std::optional<Error> refuse_quota(const WorkingSet& set, UserId user,
                                  const std::vector<std::pair<BlobKey, std::int64_t>>& blobs,
                                  const Limits& limits) {
    const auto& usages = set.uploads.rows.usage;
    const auto at = std::find_if(usages.begin(), usages.end(),
                                 [user](const auto& usage) { return usage.first == user; });
    StoredUsage usage = at == usages.end() ? StoredUsage{} : at->second;
    for (const auto& [key, size] : blobs) {
        usage.bytes += size;
        ++usage.blobs;
    }
    if (usage.bytes > limits.stored_bytes_per_user) {
        return Error{
            Errc::limit_reached,
            "a user stores at most " + std::to_string(limits.stored_bytes_per_user) + " bytes",
            {}};
    }
    if (usage.blobs > static_cast<std::int64_t>(limits.stored_blobs_per_user)) {
        return Error{Errc::limit_reached,
                     "a user stores at most " + std::to_string(limits.stored_blobs_per_user) +
                         " files and thumbnails",
                     {}};
    }
    return std::nullopt;
}

void hold_file(WorkingSet& set, AttachmentId holder, UserId owner, const StoredFile& file,
               std::int64_t size) {
    for (auto& [user, usage] : set.uploads.rows.usage) {
        if (user != owner) continue;
        // Later commands of the batch see it, though perhaps twice: a refusal too many, for once.
        usage.bytes += size;
        ++usage.blobs;
    }
    for (const auto& [key, bytes] : blobs_of(file, size)) {
        if (LoadedBlob* const blob = find_blob(set, key)) blob->referred = true;
        set.uploads.changes.held.push_back({key, holder, owner, bytes});
    }
}

void release_file(WorkingSet& set, AttachmentId holder, const StoredFile& file, std::int64_t size) {
    UploadChanges& changes = set.uploads.changes;
    for (const auto& [key, bytes] : blobs_of(file, size)) {
        // One that was made in this very batch was never stored.
        const auto fresh = std::erase_if(changes.held, [&, &blob = key](const BlobRefRow& ref) {
            return ref.blob == blob && ref.holder == holder;
        });
        if (fresh == 0) changes.released.push_back({key, holder, UserId{}, bytes});
        changes.checks_added.push_back({key, set.now});
    }
}

const UploadRow* find_upload(const WorkingSet& set, AttachmentId id) noexcept {
    const auto& rows = set.uploads.rows.of;
    const auto at = std::find_if(rows.begin(), rows.end(),
                                 [id](const UploadRow& row) { return row.upload.id == id; });
    return at == rows.end() ? nullptr : &*at;
}

void put_upload(WorkingSet& set, UploadRow row) {
    set.uploads.rows.of.push_back(row);
    set.uploads.changes.created.push_back(std::move(row));
}

void take_upload(WorkingSet& set, AttachmentId id) {
    const auto is_it = [id](const UploadRow& row) { return row.upload.id == id; };
    std::erase_if(set.uploads.rows.of, is_it);
    if (std::erase_if(set.uploads.changes.created, is_it) == 0) {
        set.uploads.changes.removed.push_back(id);
    }
}

}  // namespace whispr
