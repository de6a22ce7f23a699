// POST /attachments/upload, a file of a message (REST.md §7), and POST /attachments, a file that a
// message takes later by its id.
#include <array>
#include <charconv>

#include "media/media.hpp"
#include "rest/file_answers.hpp"
#include "rest/form_upload.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"

namespace whisprd::rest {

namespace {

// What a form has besides its file: fields, boundaries.
constexpr std::uint64_t form_overhead = 128 * 1024;

class FormSink final : public net::BodySink {
 public:
    explicit FormSink(std::shared_ptr<FormUpload> upload) : upload_(std::move(upload)) {}
    ~FormSink() override { upload_->gone(); }

    bool on_body(std::string_view bytes) override { return upload_->take(bytes); }
    void on_end() override { upload_->end(); }

 private:
    std::shared_ptr<FormUpload> upload_;
};

constexpr std::string_view missing_both =
    R"({"error":"Missing required parameters","required":["file","message_id"]})";
constexpr std::string_view missing_file =
    R"({"error":"Missing required parameters","required":["file"]})";

std::uint64_t announced_size(const Call& call) {
    const auto header = call.request().header("content-length").value_or("0");
    std::uint64_t size = 0;
    std::from_chars(header.data(), header.data() + header.size(), size);
    return size > form_overhead ? size - form_overhead : 0;
}

std::unique_ptr<net::BodySink> take_form(CallPtr call, net::BodyControl control,
                                         bool names_message) {
    if (!admit(call, names_message ? 403 : 401, names_message ? not_the_sender : "Unauthorized"))
        return nullptr;
    FormUpload::Form form;
    if (!read_op_id(call, form.op_id)) return nullptr;
    media::Media* media = call->service().media;
    const auto refuse = [&](const edge::HttpError& error) {
        if (media != nullptr) count_upload(*call, error.status);
        call->refuse(error);
        return nullptr;
    };
    if (media == nullptr) return refuse(no_files_here());
    auto boundary =
        media::form_boundary(call->request().header("content-type").value_or(std::string_view()));
    if (!boundary) return refuse({400, std::string(names_message ? missing_both : missing_file)});
    const std::uint64_t announced = announced_size(*call);
    if (announced > media->options.largest_file)
        return refuse(too_large(media->options.largest_file));
    form.slot = media->slots.take(call->caller()->user);
    if (form.slot == nullptr) return refuse(too_many_uploads(media->options.uploads_per_user));
    form.boundary = *std::move(boundary);
    form.names_message = names_message;
    auto upload =
        std::make_shared<FormUpload>(std::move(call), std::move(control), std::move(form));
    upload->begin(announced);
    return std::make_unique<FormSink>(std::move(upload));
}

std::unique_ptr<net::BodySink> take_of_message(CallPtr call, net::BodyControl control) {
    return take_form(std::move(call), std::move(control), true);
}

std::unique_ptr<net::BodySink> take_alone(CallPtr call, net::BodyControl control) {
    return take_form(std::move(call), std::move(control), false);
}

// Without a body there is no file.
void nothing_for_message(CallPtr call) {
    if (admit(call, 403, not_the_sender)) call->answer(400, missing_both);
}

void nothing(CallPtr call) {
    if (admit(call)) call->answer(400, missing_file);
}

constexpr std::array routes{
    Route{"POST", "/attachments/upload", nothing_for_message, Audience::users, take_of_message},
    Route{"POST", "/attachments", nothing, Audience::users, take_alone},
};

}  // namespace

std::span<const Route> upload_routes() {
    return routes;
}

}  // namespace whisprd::rest
