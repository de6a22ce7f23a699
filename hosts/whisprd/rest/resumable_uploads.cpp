#include "rest/resumable_uploads.hpp"

#include <array>
#include <functional>

#include "media/file_kind.hpp"
#include "rest/file_answers.hpp"
#include "rest/reading.hpp"
#include "rest/resumable_body.hpp"
#include "rest/router.hpp"
#include "rest/tus_headers.hpp"

namespace whisprd::rest {

namespace {

using media::UploadWords;

constexpr std::string_view offset_type = "application/offset+octet-stream";
constexpr std::size_t longest_metadata = 2 * 1024;

class PatchSink final : public net::BodySink {
 public:
    explicit PatchSink(std::shared_ptr<ResumableBody> body) : body_(std::move(body)) {}
    ~PatchSink() override { body_->gone(); }

    bool on_body(std::string_view bytes) override { return body_->take(bytes); }
    void on_end() override { body_->end(); }

 private:
    std::shared_ptr<ResumableBody> body_;
};

// Who asks is known, speaks the protocol, and files are stored here; otherwise it was answered.
bool admit_tus(CallPtr& call) {
    if (!speaks_tus(call) || !admit(call)) return false;
    if (call->service().media != nullptr) return true;
    call->refuse(no_files_here());
    call.reset();
    return false;
}

// Runs `use(CallPtr)` on a worker.
template <class Use>
void on_worker(CallPtr call, Use use) {
    media::WorkerPool& workers = call->service().media->workers;
    auto shared = std::make_shared<CallPtr>(std::move(call));
    const bool posted =
        workers.post([shared, use = std::move(use)]() mutable { use(std::move(*shared)); });
    if (!posted && *shared != nullptr) (*shared)->refuse(edge::unavailable_error());
}

// Back on the connection's thread.
template <class Use>
void on_io(CallPtr call, Use use) {
    net::IoThread& thread = call->thread();
    thread.post([call = std::move(call), use = std::move(use)]() mutable { use(std::move(call)); });
}

void refuse_on_io(CallPtr call, edge::HttpError error) {
    on_io(std::move(call), [error = std::move(error)](CallPtr asked) { asked->refuse(error); });
}

// What is to be created, as far as the request says it.
struct Creation {
    media::UploadNote note;
    UploadWords words;
    whispr::UploadId id = media::draw_upload_id();
    std::function<void(CallPtr)> created;
};

std::optional<edge::HttpError> read_creation(const Call& call, Creation& creation) {
    const auto& options = call.service().media->options;
    if (call.request().header("upload-defer-length"))
        return edge::plain_error(400, "Upload-Defer-Length is not supported");
    const auto size = number_header(call, "upload-length");
    if (!size) return edge::plain_error(400, "Upload-Length is missing or no number");
    if (*size > options.largest_file) return too_large(options.largest_file);
    if (*size == 0) return empty_file();
    const auto header = call.request().header("upload-metadata").value_or("");
    if (header.size() > longest_metadata)
        return edge::plain_error(400, "Upload-Metadata is too long");
    auto words = media::read_words(header);
    if (const auto* wrong = std::get_if<std::string>(&words)) return edge::plain_error(400, *wrong);
    creation.words = std::get<UploadWords>(std::move(words));
    if (!creation.words.encrypted && !creation.words.type.empty() &&
        !media::is_taken(creation.words.type)) {
        return wrong_type();
    }
    creation.note = {call.caller()->user, *size, std::string(header)};
    return std::nullopt;
}

void store_creation(CallPtr call, Creation creation) {
    on_worker(std::move(call), [creation = std::move(creation)](CallPtr asked) mutable {
        media::Media& media = *asked->service().media;
        const auto begun = media.store->begin(creation.id, media::write_note(creation.note));
        if (!begun) return refuse_on_io(std::move(asked), filing_error(begun.error()));
        on_io(std::move(asked), [creation = std::move(creation)](CallPtr created) mutable {
            created->add_header("location", "/messaging/api/v1" + std::string(uploads_path) + "/" +
                                                creation.id.to_string());
            creation.created(std::move(created));
        });
    });
}

// The checks that need the engine, one after the other: the quota, the message, the conversation.
void check_conversation(CallPtr call, Creation creation) {
    if (!creation.words.conversation) return store_creation(std::move(call), std::move(creation));
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    const auto id = *creation.words.conversation;
    conversations.show(caller, id,
                       [call = std::move(call), creation = std::move(creation)](
                           const whispr::Result<whispr::Conversation>& found) mutable {
                           if (found) return store_creation(std::move(call), std::move(creation));
                           refuse_on_io(std::move(call),
                                        edge::http_error(found.error(), edge::HttpErrors{}));
                       });
}

void check_message(CallPtr call, Creation creation) {
    if (!creation.words.message) return check_conversation(std::move(call), std::move(creation));
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    const auto id = *creation.words.message;
    messages.show(caller, id,
                  [call = std::move(call), creation = std::move(creation),
                   user = caller.user](const whispr::Result<whispr::Message>& found) mutable {
                      if (auto refusal = refuse_message(found, user))
                          return refuse_on_io(std::move(call), *std::move(refusal));
                      check_conversation(std::move(call), std::move(creation));
                  });
}

void create_with(CallPtr call, Creation creation) {
    if (auto refusal = read_creation(*call, creation)) return call->refuse(*refusal);
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.usage(caller, [call = std::move(call), creation = std::move(creation)](
                                  const whispr::Result<whispr::StoredUsage>& usage) mutable {
        const std::uint64_t limit = call->service().media->options.bytes_per_user;
        if (!usage) return refuse_on_io(std::move(call), filing_error(usage.error()));
        if (static_cast<std::uint64_t>(usage->bytes) + creation.note.size > limit)
            return refuse_on_io(std::move(call), quota_exceeded(limit));
        check_message(std::move(call), std::move(creation));
    });
}

void create(CallPtr call) {
    if (!admit_tus(call)) return;
    Creation creation;
    creation.created = [](CallPtr created) {
        created->add_header("upload-offset", "0");
        add_expiry(*created, std::chrono::system_clock::now());
        created->answer_empty(201);
    };
    create_with(std::move(call), std::move(creation));
}

// Checks what a body of bytes needs: its type, a checksum that can be read, a place for the user.
std::optional<edge::HttpError> read_patch(const Call& call, ResumableBody::Patch& patch) {
    media::Media& media = *call.service().media;
    if (call.request().header("content-type").value_or("") != offset_type)
        return edge::plain_error(415, "content-type has to be " + std::string(offset_type));
    if (const auto header = call.request().header("upload-checksum")) {
        patch.checksum = media::UploadChecksum::read(*header);
        if (!patch.checksum)
            return edge::plain_error(400, "Upload-Checksum is not sha1 or sha256 with base64");
    }
    patch.slot = media.slots.take(call.caller()->user);
    if (patch.slot == nullptr) return too_many_uploads(media.options.uploads_per_user);
    return std::nullopt;
}

// Takes bytes before it is known whose they are: the body of a creation, which waits for it.
class CreationSink final : public net::BodySink {
 public:
    struct Shared {
        std::shared_ptr<ResumableBody> body;  // on the I/O thread
        bool gone = false;
    };
    explicit CreationSink(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
    ~CreationSink() override {
        shared_->gone = true;
        if (shared_->body != nullptr) shared_->body->gone();
    }

    bool on_body(std::string_view bytes) override {
        return shared_->body != nullptr && shared_->body->take(bytes);
    }
    void on_end() override {
        if (shared_->body != nullptr) shared_->body->end();
    }

 private:
    std::shared_ptr<Shared> shared_;
};

std::unique_ptr<net::BodySink> create_with_body(CallPtr call, net::BodyControl control) {
    if (!admit_tus(call)) return nullptr;
    auto patch = std::make_shared<ResumableBody::Patch>();
    if (const auto refusal = read_patch(*call, *patch)) {
        call->refuse(*refusal);
        return nullptr;
    }
    auto shared = std::make_shared<CreationSink::Shared>();
    Creation creation;
    patch->id = creation.id;
    patch->success = 201;
    creation.created = [shared, patch, control](CallPtr created) {
        // The upload is there, and may be gone on with.
        if (shared->gone) return;
        shared->body =
            std::make_shared<ResumableBody>(std::move(created), control, std::move(*patch));
        shared->body->begin();
    };
    create_with(std::move(call), std::move(creation));
    return std::make_unique<CreationSink>(std::move(shared));
}

std::unique_ptr<net::BodySink> patch_body(CallPtr call, net::BodyControl control) {
    if (!admit_tus(call)) return nullptr;
    const auto id = path_id<whispr::UploadId>(call, 0);
    if (!id) return nullptr;
    ResumableBody::Patch patch;
    patch.id = *id;
    const auto offset = number_header(*call, "upload-offset");
    auto refusal = offset ? read_patch(*call, patch)
                          : edge::plain_error(400, "Upload-Offset is missing or no number");
    if (refusal) {
        call->refuse(*refusal);
        return nullptr;
    }
    patch.offset = *offset;
    auto body =
        std::make_shared<ResumableBody>(std::move(call), std::move(control), std::move(patch));
    body->begin();
    return std::make_unique<PatchSink>(std::move(body));
}

// An upload that has all its bytes and was never made a file: the server ended in between. Its last
// byte is asked for again.
std::optional<edge::HttpError> reopen_complete(media::Media& media, OwnUpload& own) {
    if (own.staged.size < own.note.size) return std::nullopt;
    auto writer = media.store->open(own.staged.id);
    if (!writer) return upload_is_locked();
    if (const auto cut = (*writer)->cut(own.note.size - 1); !cut) return filing_error(cut.error());
    own.staged.size = own.note.size - 1;
    return std::nullopt;
}

void answer_state(Call& call, std::uint64_t offset, std::uint64_t size,
                  const std::string& file_id) {
    call.add_header("upload-offset", std::to_string(offset));
    call.add_header("upload-length", std::to_string(size));
    if (!file_id.empty()) call.add_header("x-whispr-media-id", file_id);
    net::HttpResponse response = net::HttpResponse::make(
        200, "application/json; charset=utf-8",
        R"({"data":{"offset":)" + std::to_string(offset) + R"(,"length":)" + std::to_string(size) +
            R"(,"mediaId":)" + (file_id.empty() ? "null" : '"' + file_id + '"') + "}}");
    response.add("cache-control", "no-store");
    call.respond(std::move(response));
}

// HEAD, and GET for people.
void state(CallPtr call) {
    if (!admit_tus(call)) return;
    const auto id = path_id<whispr::UploadId>(call, 0);
    if (!id) return;
    const auto finished = call->service().media->finished.find(*id);
    if (finished && finished->owner == call->caller()->user)
        return answer_state(*call, finished->size, finished->size, finished->file.to_string());
    on_worker(std::move(call), [id = *id](CallPtr asked) {
        media::Media& media = *asked->service().media;
        auto found = find_own_upload(media, *asked->caller(), id);
        if (auto* error = std::get_if<edge::HttpError>(&found))
            return refuse_on_io(std::move(asked), std::move(*error));
        auto own = std::get<OwnUpload>(std::move(found));
        if (auto locked = reopen_complete(media, own))
            return refuse_on_io(std::move(asked), *std::move(locked));
        on_io(std::move(asked), [own = std::move(own)](CallPtr told) {
            if (!own.note.header.empty()) told->add_header("upload-metadata", own.note.header);
            add_expiry(*told, own.staged.changed_at);
            answer_state(*told, own.staged.size, own.note.size, {});
        });
    });
}

// PATCH without a byte changes nothing.
void patch_nothing(CallPtr call) {
    if (!admit_tus(call)) return;
    const auto id = path_id<whispr::UploadId>(call, 0);
    if (!id) return;
    const auto offset = number_header(*call, "upload-offset");
    if (!offset)
        return call->refuse(edge::plain_error(400, "Upload-Offset is missing or no number"));
    on_worker(std::move(call), [id = *id, offset = *offset](CallPtr asked) {
        auto found = find_own_upload(*asked->service().media, *asked->caller(), id);
        if (auto* error = std::get_if<edge::HttpError>(&found))
            return refuse_on_io(std::move(asked), std::move(*error));
        const auto size = std::get<OwnUpload>(found).staged.size;
        if (size != offset) return refuse_on_io(std::move(asked), wrong_offset(size));
        on_io(std::move(asked), [size](CallPtr told) {
            told->add_header("upload-offset", std::to_string(size));
            told->answer_empty(204);
        });
    });
}

void terminate(CallPtr call) {
    if (!admit_tus(call)) return;
    const auto id = path_id<whispr::UploadId>(call, 0);
    if (!id) return;
    on_worker(std::move(call), [id = *id](CallPtr asked) {
        media::Media& media = *asked->service().media;
        auto found = find_own_upload(media, *asked->caller(), id);
        if (auto* error = std::get_if<edge::HttpError>(&found))
            return refuse_on_io(std::move(asked), std::move(*error));
        if (const auto dropped = media.store->drop(id); !dropped)
            return refuse_on_io(std::move(asked), filing_error(dropped.error()));
        on_io(std::move(asked), [](CallPtr told) { told->answer_empty(204); });
    });
}

constexpr std::array routes{
    Route{"POST", "/attachments/uploads", create, Audience::files, create_with_body},
    Route{"GET", "/attachments/uploads/:id", state, Audience::files},
    Route{"PATCH", "/attachments/uploads/:id", patch_nothing, Audience::files, patch_body},
    Route{"DELETE", "/attachments/uploads/:id", terminate, Audience::files},
};

}  // namespace

void describe_uploads(Call& call) {
    const media::Media* media = call.service().media;
    if (media == nullptr) return;
    call.add_header("tus-resumable", "1.0.0");
    call.add_header("tus-version", "1.0.0");
    call.add_header("tus-extension",
                    "creation,creation-with-upload,termination,checksum,expiration");
    call.add_header("tus-max-size", std::to_string(media->options.largest_file));
    call.add_header("tus-checksum-algorithm", std::string(media::UploadChecksum::algorithms));
}

std::span<const Route> resumable_upload_routes() {
    return routes;
}

}  // namespace whisprd::rest
