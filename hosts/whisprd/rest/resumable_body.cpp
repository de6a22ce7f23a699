#include "rest/resumable_body.hpp"

#include <utility>

#include "media/file_kind.hpp"
#include "rest/file_answers.hpp"
#include "rest/tus_headers.hpp"

namespace whisprd::rest {

namespace {
using whispr::Errc;
constexpr std::string_view octets = "application/octet-stream";
}  // namespace

ResumableBody::ResumableBody(CallPtr call, net::BodyControl control, Patch patch)
    : call_(std::move(call)),
      media_(*call_->service().media),
      engine_(call_->service().engine),
      caller_(*call_->caller()),
      thread_(call_->thread()),
      control_(std::move(control)),
      patch_(std::move(patch)) {}

void ResumableBody::begin() {
    const bool posted = media_.workers.post([self = shared_from_this()] { self->open(); });
    if (!posted) refuse(edge::unavailable_error());
}

void ResumableBody::open() {
    auto found = find_own_upload(media_, caller_, patch_.id);
    if (const auto* error = std::get_if<edge::HttpError>(&found)) return refuse_later(*error);
    note_ = std::get<OwnUpload>(std::move(found)).note;
    if (auto words = media::read_words(note_.header);
        auto* understood = std::get_if<media::UploadWords>(&words)) {
        words_ = std::move(*understood);
    }
    auto writer = media_.store->open(patch_.id);
    if (!writer) {
        const bool locked = writer.error().code == Errc::already_exists;
        return refuse_later(locked ? upload_is_locked() : filing_error(writer.error()));
    }
    const std::uint64_t offset = (*writer)->size();
    if (offset != patch_.offset) {
        // Closed before the answer, here and below: the next request may come at once.
        writer->reset();
        return refuse_later(wrong_offset(offset));
    }

    // The writer is opened here, so that what is wrong is known before any byte comes.
    auto shared = std::make_shared<media::Spool::WriterPtr>(*std::move(writer));
    media::Spool::Plan plan;
    plan.open = [shared]() -> whispr::Result<media::Spool::WriterPtr> {
        return std::move(*shared);
    };
    if (patch_.checksum)
        plan.watch = [self = this](std::string_view bytes) { self->patch_.checksum->add(bytes); };
    plan.ended = [self = shared_from_this()](media::Spool::End end) {
        self->spooled(std::move(end));
    };
    on_io([plan = std::move(plan)](ResumableBody& body) mutable {
        // The client may be gone: then what was opened is closed with the plan.
        if (body.call_ == nullptr) return;
        body.spool_ =
            std::make_shared<media::Spool>(body.media_.workers, body.control_, std::move(plan));
        body.control_.resume();
    });
}

bool ResumableBody::take(std::string_view bytes) {
    if (call_ == nullptr) return false;
    media_.counts.bytes_in.fetch_add(bytes.size(), std::memory_order_relaxed);
    size_ += bytes.size();
    if (patch_.offset + size_ > note_.size) {
        refuse(edge::plain_error(413, "The body goes beyond Upload-Length"));
        return false;
    }
    return spool_->put(bytes);
}

void ResumableBody::end() {
    ended_ = true;
    if (call_ != nullptr && spool_ != nullptr) spool_->finish();
}

void ResumableBody::gone() {
    if (call_ == nullptr || ended_) return;
    media_.counts.abandoned.fetch_add(1, std::memory_order_relaxed);
    if (spool_ != nullptr) spool_->abandon();
    call_.reset();
    patch_.slot.reset();
}

void ResumableBody::refuse(const edge::HttpError& error) {
    if (call_ == nullptr) return;
    count_upload(*call_, error.status);
    std::exchange(call_, nullptr)->refuse(error);
    if (spool_ != nullptr) spool_->abandon();
    patch_.slot.reset();
}

void ResumableBody::refuse_later(const edge::HttpError& error) {
    on_io([error](ResumableBody& body) { body.refuse(error); });
}

void ResumableBody::answer(std::uint64_t offset, const media::FinishedUploads::Entry* file) {
    patch_.slot.reset();
    if (call_ == nullptr) return;
    call_->add_header("upload-offset", std::to_string(offset));
    if (file != nullptr) {
        call_->add_header("x-whispr-media-id", file->file.to_string());
        count_upload(*call_, 201);
    } else {
        add_expiry(*call_, std::chrono::system_clock::now());
    }
    std::exchange(call_, nullptr)->answer_empty(patch_.success);
}

void ResumableBody::spooled(media::Spool::End end) {
    using Kind = media::Spool::End::Kind;
    // Bytes whose sum was never compared are not kept.
    if (patch_.checksum && end.writer != nullptr &&
        (end.kind != Kind::complete || !patch_.checksum->matches())) {
        const auto cut = end.writer->cut(patch_.offset);
        end.writer.reset();
        if (end.kind == Kind::complete)
            return refuse_later(cut ? edge::plain_error(460, "Checksum mismatch")
                                    : filing_error(cut.error()));
    }
    if (end.kind != Kind::complete) end.writer.reset();
    if (end.kind == Kind::failed) return refuse_later(filing_error(end.error));
    if (end.kind == Kind::complete) appended(std::move(end.writer));
}

void ResumableBody::appended(std::unique_ptr<whispr::BlobWriter> writer) {
    const std::uint64_t offset = writer->size();
    if (offset == note_.size) return file(std::move(writer));
    writer.reset();
    on_io([offset](ResumableBody& body) { body.answer(offset, nullptr); });
}

void ResumableBody::file(std::unique_ptr<whispr::BlobWriter> writer) {
    media::FileWords words;
    words.file_name = words_.file_name;
    words.metadata = words_.metadata;
    words.encrypted = words_.encrypted;
    words.type = words_.encrypted ? std::string(octets) : media::staged_type(*writer, words_.type);
    if (words.type.empty()) {
        writer.reset();
        (void)media_.store->drop(patch_.id);
        return refuse_later(wrong_type());
    }
    words.kind = words_.kind.value_or(media::file_type_of(words.type));
    // The same operation when the last part is sent again.
    words.op_id = whispr::OpId{patch_.id.uuid};
    media::file_upload(media_, engine_, caller_, std::move(writer), std::move(words),
                       [self = shared_from_this()](whispr::Result<whispr::Upload> upload) {
                           self->filed(upload);
                       });
}

void ResumableBody::filed(const whispr::Result<whispr::Upload>& upload) {
    if (!upload) return give_up(upload.error());
    media::FinishedUploads::Entry entry{caller_.user, note_.size, upload->id, {}};
    if (!words_.message) return finish(entry);
    entry.message = *words_.message;
    engine_.attachments().attach(
        caller_, {entry.message, upload->id},
        [self = shared_from_this(), entry](const whispr::Result<whispr::Attachment>& attached) {
            // Of a message that is gone meanwhile: the file is there, for another one.
            if (!attached) return self->refuse_later(filing_error(attached.error()));
            self->finish(entry);
        });
}

void ResumableBody::finish(const media::FinishedUploads::Entry& entry) {
    media_.finished.add(patch_.id, entry);
    on_io([entry](ResumableBody& body) { body.answer(entry.size, &entry); });
}

void ResumableBody::give_up(const whispr::Error& error) {
    const auto refusal = filing_error(error);
    const bool again = refusal.status >= 500;
    (void)media_.workers.post([self = shared_from_this(), again, refusal] {
        media::Media& media = self->media_;
        if (!again) {
            (void)media.store->drop(self->patch_.id);
        } else if (auto writer = media.store->open(self->patch_.id)) {
            // A client takes an upload that has all its bytes for done. Its last byte is asked for
            // again, and with it the rest is tried again.
            (void)(*writer)->cut(self->note_.size - 1);
        }
        self->refuse_later(refusal);
    });
}

}  // namespace whisprd::rest
