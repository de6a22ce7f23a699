#include "whispr/attachments.hpp"

#include <algorithm>
#include <string>

#include "attachments/attachment_rules.hpp"
#include "attachments/stored_blobs.hpp"
#include "messages/message_command.hpp"
#include "messages/message_view.hpp"

namespace whispr {

namespace {

Error attachment_not_found(AttachmentId id) {
    return Error{Errc::not_found, "attachment " + id.to_string() + " was not found", {}};
}

Error not_the_sender() {
    return Error{Errc::forbidden, "only its sender may change a message's attachments", {}};
}

Error too_many() {
    return Error{
        Errc::limit_reached,
        "a message has at most " + std::to_string(limits::attachments_per_message) + " attachments",
        {}};
}

template <class T>
class AttachmentCommand : public MessageCommand<T> {
 public:
    using MessageCommand<T>::MessageCommand;

    void load(const WorkingSet& set, LoadKeys& keys) const final {
        MessageCommand<T>::load(set, keys);
        keys.attachments.of.push_back(this->key());
        load_more(keys);
    }

 protected:
    virtual void load_more(LoadKeys&) const {}
};

class Add final : public AttachmentCommand<Attachment> {
 public:
    Add(UserId caller, const LocatedMessage& located, AttachmentRow row,
        std::vector<FieldError> wrong, Completion<Attachment> done)
        : AttachmentCommand(caller, located, std::move(done), 512 + row.url.size() * 2),
          row_(std::move(row)),
          wrong_(std::move(wrong)) {}

 protected:
    Result<Attachment> change(WorkingSet& set, ConversationEntry& found,
                              MessageEntry& entry) override {
        const MessageRow& message = entry.row;
        if (message.deleted) return message_not_found(message.id);
        if (message.sender != caller()) return not_the_sender();
        if (!wrong_.empty()) return invalid_fields(wrong_);
        const auto there = attachments_of(set, key());
        const auto repeated = std::find_if(
            there.begin(), there.end(),
            [this](const AttachmentRow& row) { return row_.op_id && row.op_id == row_.op_id; });
        if (repeated != there.end()) return to_attachment(*repeated, message.id);
        if (there.size() >= limits::attachments_per_message) return too_many();
        AttachmentRow row = row_;
        row.mseq = message.mseq;
        row.uploaded_at = set.now;
        const Attachment attachment = to_attachment(row, message.id);
        add_attachment(set, found, std::move(row));
        change_message(set, found, entry, caller(), AttachmentAdded{attachment});
        return attachment;
    }

 private:
    const AttachmentRow row_;
    const std::vector<FieldError> wrong_;
};

// An upload becomes an attachment of the same id, which therefore recognises a repeat.
class Attach final : public AttachmentCommand<Attachment> {
 public:
    Attach(UserId caller, const LocatedMessage& located, AttachmentId upload,
           Completion<Attachment> done)
        : AttachmentCommand(caller, located, std::move(done), 1024), upload_(upload) {}

 protected:
    void load_more(LoadKeys& keys) const override { keys.uploads.of.push_back(upload_); }
    Result<Attachment> change(WorkingSet& set, ConversationEntry& found,
                              MessageEntry& entry) override {
        const MessageRow& message = entry.row;
        if (message.deleted) return message_not_found(message.id);
        if (message.sender != caller()) return not_the_sender();
        const auto there = attachments_of(set, key());
        const auto repeated =
            std::find_if(there.begin(), there.end(),
                         [this](const AttachmentRow& row) { return row.id == upload_; });
        if (repeated != there.end()) return to_attachment(*repeated, message.id);
        const UploadRow* const upload = find_upload(set, upload_);
        const bool usable = upload != nullptr && upload->upload.owner == caller() &&
                            upload->upload.expires_at > set.now;
        if (!usable) {
            return Error{Errc::not_found, "upload " + upload_.to_string() + " was not found", {}};
        }
        if (there.size() >= limits::attachments_per_message) return too_many();
        AttachmentRow row = attached(*upload);
        row.mseq = message.mseq;
        row.uploaded_at = set.now;
        const Attachment attachment = to_attachment(row, message.id);
        take_upload(set, upload_);
        add_attachment(set, found, std::move(row));
        change_message(set, found, entry, caller(), AttachmentAdded{attachment});
        return attachment;
    }

 private:
    static AttachmentRow attached(const UploadRow& upload) {
        AttachmentRow row;
        row.id = upload.upload.id;
        row.op_id = upload.op_id;
        row.file_name = upload.upload.file_name;
        row.type = upload.upload.type;
        row.size = upload.upload.size;
        row.mime_type = upload.upload.mime_type;
        row.metadata = upload.upload.metadata;
        row.file = upload.upload.file;
        return row;
    }

    const AttachmentId upload_;
};

class Remove final : public AttachmentCommand<Attachment> {
 public:
    Remove(UserId caller, const LocatedMessage& located, AttachmentId id,
           Completion<Attachment> done)
        : AttachmentCommand(caller, located, std::move(done)), id_(id) {}

 protected:
    Result<Attachment> change(WorkingSet& set, ConversationEntry& found,
                              MessageEntry& entry) override {
        const auto there = attachments_of(set, key());
        const auto at = std::find_if(there.begin(), there.end(),
                                     [this](const AttachmentRow& row) { return row.id == id_; });
        if (at == there.end()) return not_there();
        if (entry.row.sender != caller()) return not_the_sender();
        remove_attachment(set, found, *at);
        change_message(set, found, entry, caller(), AttachmentRemoved{id_, entry.row.id});
        return to_attachment(*at, entry.row.id);
    }
    [[nodiscard]] Error not_there() const override { return attachment_not_found(id_); }

 private:
    const AttachmentId id_;
};

AttachmentRow new_row(AddAttachment&& command, AttachmentId id) {
    AttachmentRow row;
    row.id = id;
    row.op_id = command.op_id;
    row.media_id = std::move(command.media_id);
    row.file_name = std::move(command.file_name);
    row.type = command.type;
    row.size = command.size;
    row.mime_type = std::move(command.mime_type);
    row.url = std::move(command.url);
    row.thumbnail_url = std::move(command.thumbnail_url);
    row.metadata = std::move(command.metadata);
    return row;
}

struct Located {
    AttachmentRow row;
    LocatedMessage message;
};

// The attachment with its message. Not found: whatever the caller may not know of.
Result<Located> locate_attachment(ReadStorage& storage, UserId caller, AttachmentId id, Time now) {
    auto place = storage.concepts().attachments.attachment(id);
    if (!place) return place.error();
    if (!*place) return attachment_not_found(id);
    auto message =
        look_at_message(storage, caller, {(*place)->conversation, (*place)->row.mseq}, now);
    if (!message) return message.error();
    if (!*message) return attachment_not_found(id);
    return Located{std::move((*place)->row), **std::move(message)};
}

}  // namespace

void Attachments::add(const Caller& caller, AddAttachment command, Completion<Attachment> done) {
    auto wrong = check_fields(command, core_.limits());
    const MessageId message = command.message;
    // What is wrong stays wrong; its bytes need not wait in the queue.
    AttachmentRow row =
        wrong.empty() ? new_row(std::move(command), AttachmentId{core_.new_id()}) : AttachmentRow();
    core_.read_then(
        std::move(done),
        [&core = core_, user = caller.user, message, row = std::move(row),
         wrong = std::move(wrong)](ReadStorage& storage, Completion<Attachment> answer) mutable {
            const auto located = locate_message(storage, user, message, std::nullopt, core.now());
            if (!located) return answer(located.error());
            core.submit_taken(std::make_unique<Add>(user, *located, std::move(row),
                                                    std::move(wrong), std::move(answer)));
        });
}

void Attachments::attach(const Caller& caller, AttachUpload command, Completion<Attachment> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, command](
                                         ReadStorage& storage, Completion<Attachment> answer) {
        const auto located =
            locate_message(storage, user, command.message, std::nullopt, core.now());
        if (!located) return answer(located.error());
        core.submit_taken(
            std::make_unique<Attach>(user, *located, command.upload, std::move(answer)));
    });
}

void Attachments::remove(const Caller& caller, AttachmentId attachment,
                         Completion<Attachment> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, attachment](
                                         ReadStorage& storage, Completion<Attachment> answer) {
        const auto located = locate_attachment(storage, user, attachment, core.now());
        if (!located) return answer(located.error());
        core.submit_taken(
            std::make_unique<Remove>(user, located->message, attachment, std::move(answer)));
    });
}

void Attachments::show(const Caller& caller, AttachmentId attachment, Completion<Attachment> done) {
    core_.read(std::move(done),
               [&core = core_, user = caller.user,
                attachment](ReadStorage& storage) -> Result<Attachment> {
                   const auto located = locate_attachment(storage, user, attachment, core.now());
                   if (!located) return located.error();
                   return to_attachment(located->row, located->message.rows.messages.front().id);
               });
}

}  // namespace whispr
