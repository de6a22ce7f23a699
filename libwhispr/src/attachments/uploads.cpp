// Files in the blob store before a message has taken them.
#include <algorithm>
#include <utility>

#include "attachments/attachment_rules.hpp"
#include "attachments/blob_commands.hpp"
#include "attachments/stored_blobs.hpp"
#include "engine/answering_command.hpp"
#include "engine/core.hpp"
#include "messages/message_rules.hpp"

namespace whispr {

namespace {

using Blobs = std::vector<std::pair<BlobKey, std::int64_t>>;

Error no_blob_store() {
    return Error{Errc::unavailable, "this server stores no files: it was given no blob store", {}};
}

Error upload_not_found(AttachmentId id) {
    return Error{Errc::not_found, "upload " + id.to_string() + " was not found", {}};
}

// Belongs to no conversation; those of one user run in the order they came.
template <class T>
class UserCommand : public AnsweringCommand<T> {
 public:
    UserCommand(UserId caller, Completion<T> done, std::size_t bytes = 512)
        : AnsweringCommand<T>(ConversationId{caller.uuid}, caller, std::move(done), bytes) {}

    void lock(LockKeys&) const final {}
};

class Reserve final : public UserCommand<Done> {
 public:
    Reserve(UserId caller, Blobs blobs, const Limits& limits, Completion<Done> done)
        : UserCommand(caller, std::move(done)), blobs_(std::move(blobs)), limits_(limits) {}

    void load(const WorkingSet&, LoadKeys& keys) const override {
        for (const auto& [key, size] : blobs_)
            keys.uploads.blobs.push_back(key);
        keys.uploads.usage_of.push_back(caller());
    }

 protected:
    Result<Done> decide(WorkingSet& set) override {
        if (auto refused = refuse_quota(set, caller(), blobs_, limits_)) return *std::move(refused);
        for (const auto& [key, size] : blobs_) {
            const LoadedBlob* const known = find_blob(set, key);
            if (known == nullptr || !known->row.removing_since) continue;
            if (*known->row.removing_since + removal_patience <= set.now) continue;
            return Error{Errc::stale, "equal bytes are being removed at this moment", {}};
        }
        for (const auto& [key, size] : blobs_) {
            put_blob(set, {key, size, set.now + limits_.blob_grace, std::nullopt});
            set.uploads.changes.checks_added.push_back({key, set.now});
        }
        return Done{};
    }

 private:
    const Blobs blobs_;
    const Limits& limits_;
};

class Store final : public UserCommand<Upload> {
 public:
    Store(UserId caller, UploadRow row, const Limits& limits, Completion<Upload> done)
        : UserCommand(caller, std::move(done), 1024),
          row_(std::move(row)),
          blobs_(blobs_of(row_.upload.file, row_.upload.size)),
          limits_(limits) {}

    void load(const WorkingSet&, LoadKeys& keys) const override {
        if (row_.op_id) keys.uploads.op_ids.emplace_back(caller(), *row_.op_id);
        for (const auto& [key, size] : blobs_)
            keys.uploads.blobs.push_back(key);
        keys.uploads.usage_of.push_back(caller());
    }

 protected:
    Result<Upload> decide(WorkingSet& set) override {
        if (const UploadRow* const known = repeated(set)) return known->upload;
        if (auto refused = refuse_references(set, blobs_)) return *std::move(refused);
        if (auto refused = refuse_quota(set, caller(), blobs_, limits_)) return *std::move(refused);
        UploadRow row = row_;
        row.upload.created_at = set.now;
        row.upload.expires_at = set.now + limits_.upload_lifetime;
        hold_file(set, row.upload.id, caller(), row.upload.file, row.upload.size);
        const Upload upload = row.upload;
        put_upload(set, std::move(row));
        return upload;
    }

 private:
    [[nodiscard]] const UploadRow* repeated(const WorkingSet& set) const {
        if (!row_.op_id) return nullptr;
        const auto& rows = set.uploads.rows.of;
        const auto at = std::find_if(rows.begin(), rows.end(), [this](const UploadRow& row) {
            return row.op_id == row_.op_id && row.upload.owner == caller();
        });
        return at == rows.end() ? nullptr : &*at;
    }

    const UploadRow row_;
    const Blobs blobs_;
    const Limits& limits_;
};

class Discard final : public UserCommand<Upload> {
 public:
    Discard(UserId caller, AttachmentId upload, Completion<Upload> done)
        : UserCommand(caller, std::move(done)), upload_(upload) {}

    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.uploads.of.push_back(upload_);
    }

 protected:
    Result<Upload> decide(WorkingSet& set) override {
        const UploadRow* const found = find_upload(set, upload_);
        if (found == nullptr || found->upload.owner != caller()) return upload_not_found(upload_);
        const Upload upload = found->upload;
        take_upload(set, upload_);
        release_file(set, upload_, upload.file, upload.size);
        return upload;
    }

 private:
    const AttachmentId upload_;
};

UploadRow new_row(StoreUpload&& command, AttachmentId id, UserId owner) {
    UploadRow row;
    row.op_id = command.op_id;
    Upload& upload = row.upload;
    upload.id = id;
    upload.owner = owner;
    upload.file_name = std::move(command.file_name);
    upload.type = command.type;
    upload.size = command.size;
    upload.mime_type = std::move(command.mime_type);
    upload.metadata = std::move(command.metadata);
    upload.file = std::move(command.file);
    return row;
}

}  // namespace

void Attachments::reserve(const Caller& caller, ReserveBlobs command, Completion<Done> done) {
    if (core_.blobs() == nullptr) return done(no_blob_store());
    if (command.blobs.empty() || command.blobs.size() > limits::blobs_per_upload) {
        return done(invalid_field(
            "blobs", "should have 1 to " + std::to_string(limits::blobs_per_upload) + " item(s)"));
    }
    const auto& limits = core_.limits();
    for (const auto& [key, size] : command.blobs) {
        if (size > 0 && size <= limits.attachment_bytes) continue;
        return done(invalid_field(
            "size", "must be 1 to " + std::to_string(limits.attachment_bytes) + " byte(s)"));
    }
    core_.submit(
        std::make_unique<Reserve>(caller.user, std::move(command.blobs), limits, std::move(done)));
}

void Attachments::store(const Caller& caller, StoreUpload command, Completion<Upload> done) {
    if (core_.blobs() == nullptr) return done(no_blob_store());
    auto wrong = check_fields(command, core_.limits());
    if (!wrong.empty()) return done(invalid_fields(std::move(wrong)));
    const AttachmentId id{core_.new_id()};
    core_.submit(std::make_unique<Store>(caller.user, new_row(std::move(command), id, caller.user),
                                         core_.limits(), std::move(done)));
}

void Attachments::show_upload(const Caller& caller, AttachmentId upload, Completion<Upload> done) {
    core_.read(std::move(done),
               [&core = core_, user = caller.user, upload](ReadStorage& storage) -> Result<Upload> {
                   const auto row = storage.concepts().uploads.upload(upload);
                   if (!row) return row.error();
                   const bool there = *row && (*row)->upload.owner == user &&
                                      (*row)->upload.expires_at > core.now();
                   if (!there) return upload_not_found(upload);
                   return (*row)->upload;
               });
}

void Attachments::discard(const Caller& caller, AttachmentId upload, Completion<Upload> done) {
    core_.submit(std::make_unique<Discard>(caller.user, upload, std::move(done)));
}

void Attachments::usage(const Caller& caller, Completion<StoredUsage> done) {
    core_.read(std::move(done), [user = caller.user](ReadStorage& storage) {
        return storage.concepts().uploads.usage(user);
    });
}

}  // namespace whispr
