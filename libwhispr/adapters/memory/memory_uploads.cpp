#include <algorithm>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

bool is_referred(const Tables& tables, const BlobKey& key) {
    const auto at = tables.blob_refs.lower_bound({key, AttachmentId{}});
    return at != tables.blob_refs.end() && at->first.first == key;
}

StoredUsage usage_of(const Tables& tables, UserId user) {
    StoredUsage usage;
    const BlobKey* last = nullptr;
    for (const auto& [key, row] : tables.blob_refs) {
        if (row.owner != user || (last != nullptr && *last == row.blob)) continue;
        last = &row.blob;
        usage.bytes += row.size;
        ++usage.blobs;
    }
    return usage;
}

const UploadRow* find_operation(const Tables& tables, UserId owner, OpId op) {
    const auto at = std::find_if(tables.uploads.begin(), tables.uploads.end(), [&](const auto& u) {
        return u.second.op_id == op && u.second.upload.owner == owner;
    });
    return at == tables.uploads.end() ? nullptr : &at->second;
}

class Reader final : public UploadReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::optional<UploadRow>> upload(AttachmentId id) override {
        const Lock lock(shared_->mutex);
        const auto at = shared_->tables.uploads.find(id);
        if (at == shared_->tables.uploads.end()) return std::optional<UploadRow>();
        return std::optional(at->second);
    }

    Result<StoredUsage> usage(UserId user) override {
        const Lock lock(shared_->mutex);
        return usage_of(shared_->tables, user);
    }

    Result<std::vector<AttachmentId>> expired_uploads(Time now, std::size_t limit) override {
        std::vector<std::pair<Time, AttachmentId>> found;
        const Lock lock(shared_->mutex);
        for (const auto& [id, row] : shared_->tables.uploads) {
            if (row.upload.expires_at <= now) found.emplace_back(row.upload.expires_at, id);
        }
        std::sort(found.begin(), found.end());
        std::vector<AttachmentId> ids;
        for (std::size_t i = 0; i < found.size() && i < limit; ++i)
            ids.push_back(found[i].second);
        return ids;
    }

    Result<std::vector<BlobCheck>> blob_checks(Time until, std::size_t limit) override {
        std::vector<BlobCheck> found;
        const Lock lock(shared_->mutex);
        for (const auto& [since, blob] : shared_->tables.blob_checks) {
            if (since > until || found.size() >= limit) break;
            found.push_back({blob, since});
        }
        return found;
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

}  // namespace

void load_uploads(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const AttachmentId& id : keys.uploads.of) {
        const auto at = tables.uploads.find(id);
        if (at != tables.uploads.end()) loaded.uploads.of.push_back(at->second);
    }
    for (const auto& [owner, op] : keys.uploads.op_ids) {
        const UploadRow* const row = find_operation(tables, owner, op);
        if (row != nullptr) loaded.uploads.of.push_back(*row);
    }
    for (const BlobKey& key : keys.uploads.blobs) {
        const auto at = tables.blobs.find(key);
        if (at == tables.blobs.end()) continue;
        loaded.uploads.blobs.push_back({at->second, is_referred(tables, key)});
    }
    for (const UserId& user : keys.uploads.usage_of)
        loaded.uploads.usage.emplace_back(user, usage_of(tables, user));
}

Result<void> check_uploads(const Tables& tables, const ChangeSet& changes) {
    const UploadChanges& uploads = changes.uploads;
    const auto is_removed = [&](AttachmentId id) {
        return std::find(uploads.removed.begin(), uploads.removed.end(), id) !=
               uploads.removed.end();
    };
    for (const AttachmentId& id : uploads.removed) {
        if (!tables.uploads.contains(id)) {
            return Error{Errc::internal, "upload " + id.to_string() + " is not there", {}};
        }
    }
    std::set<AttachmentId> ids;
    std::set<std::pair<UserId, OpId>> operations;
    for (const auto& [upload, op] : uploads.created) {
        const bool free = !tables.uploads.contains(upload.id) || is_removed(upload.id);
        if (!free || !ids.insert(upload.id).second) {
            return Error{Errc::already_exists, "upload " + upload.id.to_string(), {}};
        }
        if (!op) continue;
        const UploadRow* const known = find_operation(tables, upload.owner, *op);
        const bool unused = known == nullptr || is_removed(known->upload.id);
        if (!unused || !operations.insert({upload.owner, *op}).second) {
            return Error{Errc::already_exists, "operation " + op->to_string(), {}};
        }
    }
    return {};
}

void apply_uploads(Tables& tables, const ChangeSet& changes) {
    const UploadChanges& uploads = changes.uploads;
    for (const AttachmentId& id : uploads.removed)
        tables.uploads.erase(id);
    for (const UploadRow& row : uploads.created)
        tables.uploads[row.upload.id] = row;
    for (const BlobKey& key : uploads.blobs_removed)
        tables.blobs.erase(key);
    for (const BlobRow& row : uploads.blobs)
        tables.blobs[row.key] = row;
    for (const BlobRefRow& row : uploads.released)
        tables.blob_refs.erase({row.blob, row.holder});
    for (const BlobRefRow& row : uploads.held)
        tables.blob_refs.try_emplace({row.blob, row.holder}, row);
    for (const BlobCheck& check : uploads.checks_done)
        tables.blob_checks.erase({check.since, check.blob});
    for (const BlobCheck& check : uploads.checks_added)
        tables.blob_checks.insert({check.since, check.blob});
}

std::unique_ptr<UploadReader> make_upload_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}

}  // namespace whispr::memory
