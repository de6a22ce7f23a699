#include "attachments/blob_commands.hpp"

#include <algorithm>

#include "attachments/stored_blobs.hpp"
#include "engine/answering_command.hpp"

namespace whispr {

namespace {

// They belong to no conversation; those about one blob run in the order they came.
ConversationId place_of(const BlobKey& key) {
    ConversationId place;
    std::copy_n(key.bytes.begin(), place.uuid.bytes.size(), place.uuid.bytes.begin());
    return place;
}

class ExpireUpload final : public AnsweringCommand<bool> {
 public:
    ExpireUpload(AttachmentId upload, Completion<bool> done)
        : AnsweringCommand(ConversationId{upload.uuid}, system_user, std::move(done)),
          upload_(upload) {}

    void lock(LockKeys&) const override {}
    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.uploads.of.push_back(upload_);
    }

 protected:
    Result<bool> decide(WorkingSet& set) override {
        const UploadRow* const found = find_upload(set, upload_);
        if (found == nullptr || found->upload.expires_at > set.now) return false;
        const Upload upload = found->upload;
        take_upload(set, upload_);
        release_file(set, upload_, upload.file, upload.size);
        return true;
    }

 private:
    const AttachmentId upload_;
};

class CheckBlob final : public AnsweringCommand<ToRemove> {
 public:
    CheckBlob(const BlobCheck& check, Completion<ToRemove> done)
        : AnsweringCommand(place_of(check.blob), system_user, std::move(done)), check_(check) {}

    void lock(LockKeys&) const override {}
    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.uploads.blobs.push_back(check_.blob);
    }

 protected:
    Result<ToRemove> decide(WorkingSet& set) override {
        UploadChanges& changes = set.uploads.changes;
        changes.checks_done.push_back(check_);
        const LoadedBlob* const found = find_blob(set, check_.blob);
        if (found == nullptr || found->referred) return ToRemove();
        BlobRow row = found->row;
        // Whatever becomes of this, the blob is looked at again.
        changes.checks_added.push_back({check_.blob, set.now});
        const bool under_way =
            row.removing_since && *row.removing_since + removal_patience > set.now;
        if (row.reserved_until > set.now || under_way) return ToRemove();
        row.removing_since = set.now;
        put_blob(set, row);
        return ToRemove(row);
    }

 private:
    const BlobCheck check_;
};

class ForgetBlob final : public AnsweringCommand<bool> {
 public:
    ForgetBlob(const BlobRow& blob, Completion<bool> done)
        : AnsweringCommand(place_of(blob.key), system_user, std::move(done)), blob_(blob) {}

    void lock(LockKeys&) const override {}
    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.uploads.blobs.push_back(blob_.key);
    }

 protected:
    Result<bool> decide(WorkingSet& set) override {
        const LoadedBlob* const found = find_blob(set, blob_.key);
        // Somebody else's, when it is not the removal that was begun for this.
        if (found == nullptr || found->row.removing_since != blob_.removing_since) return false;
        std::erase_if(set.uploads.rows.blobs,
                      [this](const LoadedBlob& blob) { return blob.row.key == blob_.key; });
        UploadChanges& changes = set.uploads.changes;
        std::erase_if(changes.blobs, [this](const BlobRow& row) { return row.key == blob_.key; });
        changes.blobs_removed.push_back(blob_.key);
        return true;
    }

 private:
    const BlobRow blob_;
};

}  // namespace

std::unique_ptr<Command> make_expire_upload(AttachmentId upload, Completion<bool> done) {
    return std::make_unique<ExpireUpload>(upload, std::move(done));
}

std::unique_ptr<Command> make_check_blob(const BlobCheck& check, Completion<ToRemove> done) {
    return std::make_unique<CheckBlob>(check, std::move(done));
}

std::unique_ptr<Command> make_forget_blob(const BlobRow& blob, Completion<bool> done) {
    return std::make_unique<ForgetBlob>(blob, std::move(done));
}

}  // namespace whispr
