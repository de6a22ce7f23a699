#include "rest/form_upload.hpp"

#include <utility>

#include "edge/json/cast.hpp"
#include "edge/json/document.hpp"
#include "media/disposition.hpp"
#include "media/file_kind.hpp"
#include "media/upload_note.hpp"
#include "rest/file_answers.hpp"

namespace whisprd::rest {

namespace {

using whispr::Errc;

constexpr std::string_view octets = "application/octet-stream";

bool is_yes(std::string_view value) {
    return value == "true" || value == "1" || value == "on";
}

}  // namespace

FormUpload::FormUpload(CallPtr call, net::BodyControl control, Form form)
    : call_(std::move(call)),
      media_(*call_->service().media),
      engine_(call_->service().engine),
      caller_(*call_->caller()),
      thread_(call_->thread()),
      control_(std::move(control)),
      form_(std::move(form)),
      stream_(form_.boundary, *this),
      id_(media::draw_upload_id()) {}

void FormUpload::begin(std::uint64_t announced) {
    engine_.attachments().usage(caller_, [self = shared_from_this(), announced](
                                             const whispr::Result<whispr::StoredUsage>& usage) {
        self->on_io([usage, announced](FormUpload& upload) {
            const std::uint64_t limit = upload.media_.options.bytes_per_user;
            if (!usage) return upload.refuse(filing_error(usage.error()));
            if (static_cast<std::uint64_t>(usage->bytes) + announced > limit)
                return upload.refuse(quota_exceeded(limit));
            upload.control_.resume();
        });
    });
}

bool FormUpload::take(std::string_view bytes) {
    if (call_ == nullptr) return false;
    media_.counts.bytes_in.fetch_add(bytes.size(), std::memory_order_relaxed);
    held_ = false;
    if (!stream_.put(bytes)) refuse(edge::framework_error(400));
    return call_ != nullptr && !held_ && !checking_;
}

void FormUpload::end() {
    if (call_ == nullptr) return;
    ended_ = true;
    if (!stream_.is_complete()) return refuse(edge::framework_error(400));
    const bool named = message_ || message_malformed_;
    if (spool_ == nullptr || (form_.names_message && !named)) {
        refuse({400,
                form_.names_message
                    ? R"({"error":"Missing required parameters","required":["file","message_id"]})"
                    : R"({"error":"Missing required parameters","required":["file"]})"});
        return;
    }
    if (message_malformed_) return refuse(edge::framework_error(400));
    if (!metadata_error_.empty()) return refuse(edge::plain_error(422, metadata_error_));
    if (size_ == 0) return refuse(empty_file());
    if (!checking_) go_on();
}

void FormUpload::gone() {
    if (call_ == nullptr || ended_) return;
    media_.counts.abandoned.fetch_add(1, std::memory_order_relaxed);
    if (spool_ != nullptr) spool_->abandon();
    call_.reset();
}

void FormUpload::refuse(const edge::HttpError& error) {
    if (call_ == nullptr) return;
    count_upload(*call_, error.status);
    std::exchange(call_, nullptr)->refuse(error);
    // After the end of the body as well: it was not finished.
    if (spool_ != nullptr) spool_->abandon();
    form_.slot.reset();
}

void FormUpload::on_field(std::string_view name, std::string_view value) {
    if (name == "message_id") {
        message_ = whispr::MessageId::parse(value);
        message_malformed_ = !message_;
    } else if (name == "encrypted") {
        words_.encrypted = is_yes(value);
    } else if (name == "filename") {
        given_name_ = media::clean_file_name(value);
    } else if (name == "media_type") {
        kind_ = whispr::parse_file_type(value);
        if (!kind_) metadata_error_ = "media_type is invalid";
    } else if (name == "metadata") {
        static thread_local edge::json::Document document;
        const bool object =
            document.read(value) && document.root().kind == edge::json::Kind::object;
        if (!object) metadata_error_ = "metadata is no JSON object";
        if (object) words_.metadata = std::string(value);
    }
}

bool FormUpload::on_file(std::string_view name, std::string_view file_name, std::string_view type) {
    if (name != "file" || spool_ != nullptr || call_ == nullptr) return false;
    words_.file_name = media::clean_file_name(file_name);
    declared_type_ = media::canonical_type(type);
    // What is encrypted may say so behind the file, and is then judged at the end.
    if (form_.names_message && message_) check_message();
    spool_ = std::make_shared<media::Spool>(media_.workers, control_, plan());
    return true;
}

void FormUpload::on_file_bytes(std::string_view bytes) {
    if (call_ == nullptr) return;
    size_ += bytes.size();
    if (size_ > media_.options.largest_file) return refuse(too_large(media_.options.largest_file));
    if (!spool_->put(bytes)) held_ = true;
}

media::Spool::Plan FormUpload::plan() {
    media::Spool::Plan made;
    made.open = [&store = *media_.store, id = id_]() -> whispr::Result<media::Spool::WriterPtr> {
        if (const auto begun = store.begin(id, media::form_note()); !begun) return begun.error();
        return store.open(id);
    };
    made.ended = [self = shared_from_this()](media::Spool::End end) {
        self->spooled(std::move(end));
    };
    return made;
}

void FormUpload::check_message() {
    checking_ = true;
    engine_.messages().show(caller_, *message_,
                            [self = shared_from_this()](whispr::Result<whispr::Message> message) {
                                self->on_io([message = std::move(message)](FormUpload& upload) {
                                    upload.message_checked(message);
                                });
                            });
}

void FormUpload::message_checked(const whispr::Result<whispr::Message>& message) {
    checking_ = false;
    checked_ = true;
    if (const auto refusal = refuse_message(message, caller_.user)) return refuse(*refusal);
    if (call_ == nullptr) return;
    if (ended_) return go_on();
    control_.resume();
}

void FormUpload::go_on() {
    if (message_ && !checked_) return check_message();
    spool_->finish();
}

void FormUpload::spooled(media::Spool::End end) {
    using Kind = media::Spool::End::Kind;
    if (end.kind == Kind::complete) return file(std::move(end.writer));
    end.writer.reset();
    drop_later();
    if (end.kind == Kind::failed) refuse_later(filing_error(end.error));
}

void FormUpload::file(std::unique_ptr<whispr::BlobWriter> writer) {
    words_.type =
        words_.encrypted ? std::string(octets) : media::staged_type(*writer, declared_type_);
    if (words_.type.empty()) {
        writer.reset();
        (void)media_.store->drop(id_);
        return refuse_later(wrong_type());
    }
    words_.kind = kind_.value_or(media::file_type_of(words_.type));
    if (!given_name_.empty()) words_.file_name = given_name_;
    if (words_.file_name.empty()) words_.file_name = "file";
    words_.op_id = form_.op_id;
    media::file_upload(media_, engine_, caller_, std::move(writer), words_,
                       [self = shared_from_this()](whispr::Result<whispr::Upload> upload) {
                           self->filed(std::move(upload));
                       });
}

void FormUpload::filed(whispr::Result<whispr::Upload> upload) {
    if (!upload) {
        drop_later();
        return refuse_later(filing_error(upload.error()));
    }
    if (message_) return attach(*upload);
    on_io([upload = *std::move(upload)](FormUpload& self) {
        self.form_.slot.reset();
        if (self.call_ != nullptr) answer_filed(*std::exchange(self.call_, nullptr), upload);
    });
}

void FormUpload::attach(const whispr::Upload& upload) {
    engine_.attachments().attach(
        caller_, {*message_, upload.id},
        [self = shared_from_this(), id = upload.id](whispr::Result<whispr::Attachment> attached) {
            if (!attached) {
                // It was meant for this message alone.
                self->engine_.attachments().discard(self->caller_, id,
                                                    [](const whispr::Result<whispr::Upload>&) {});
                return self->refuse_later(filing_error(attached.error()));
            }
            self->on_io([attachment = *std::move(attached)](FormUpload& form) {
                form.form_.slot.reset();
                if (form.call_ != nullptr)
                    answer_filed(*std::exchange(form.call_, nullptr), attachment);
            });
        });
}

void FormUpload::refuse_later(const edge::HttpError& error) {
    on_io([error](FormUpload& upload) { upload.refuse(error); });
}

void FormUpload::drop_later() {
    (void)media_.workers.post([store = media_.store, id = id_] { (void)store->drop(id); });
}

}  // namespace whisprd::rest
