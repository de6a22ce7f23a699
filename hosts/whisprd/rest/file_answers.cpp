#include "rest/file_answers.hpp"

#include <array>

#include "edge/json/render.hpp"
#include "media/media.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;

constexpr std::array filing_wordings{
    HttpWording{Errc::forbidden, 403, not_the_sender},
    HttpWording{Errc::stale, 503, "temporary_unavailable"},
};
constexpr HttpErrors filing_errors{.wordings = filing_wordings};
constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;

template <class T, class Write>
void answer_data(Call& call, const T& value, Write write) {
    std::string& out = scratch();
    out += R"({"data":)";
    write(out, value);
    out += R"(,"message":"File uploaded successfully"})";
    count_upload(call, 201);
    call.answer(201, out);
}

}  // namespace

void answer_filed(Call& call, const whispr::Attachment& attachment) {
    answer_data(call, attachment, edge::json::write_attachment);
}

void answer_filed(Call& call, const whispr::Upload& upload) {
    answer_data(call, upload, edge::json::write_upload);
}

std::string spoken_size(std::uint64_t bytes) {
    if (bytes % mib == 0) return std::to_string(bytes / mib) + "MB";
    if (bytes % kib == 0) return std::to_string(bytes / kib) + "KB";
    return std::to_string(bytes) + " bytes";
}

edge::HttpError too_large(std::uint64_t limit) {
    return edge::plain_error(413, "File size exceeds maximum allowed (" + spoken_size(limit) + ")");
}

edge::HttpError wrong_type() {
    return edge::plain_error(415, "File type not supported");
}

edge::HttpError empty_file() {
    return edge::plain_error(422, "File is empty");
}

edge::HttpError no_files_here() {
    return edge::plain_error(501, "Upload is not available on this server");
}

edge::HttpError too_many_uploads(std::size_t limit) {
    auto error =
        edge::plain_error(429, "Too many uploads at once (at most " + std::to_string(limit) + ")");
    error.retry_later = true;
    return error;
}

edge::HttpError quota_exceeded(std::uint64_t limit) {
    return edge::plain_error(413, "Storage quota exceeded (" + spoken_size(limit) + ")");
}

edge::HttpError filing_error(const whispr::Error& error) {
    if (error.code == Errc::limit_reached) return edge::plain_error(413, error.text);
    auto answer = edge::http_error(error, filing_errors);
    if (answer.status == 503) answer.retry_later = true;
    return answer;
}

std::optional<edge::HttpError> refuse_message(const whispr::Result<whispr::Message>& message,
                                              whispr::UserId user) {
    if (!message) return edge::http_error(message.error(), HttpErrors{});
    if (message->sender != user) return edge::plain_error(403, not_the_sender);
    if (message->deleted) return edge::plain_error(404, "Resource not found");
    return std::nullopt;
}

void count_upload(Call& call, unsigned status) {
    auto& counts = call.service().media->counts;
    auto& count = status < 300 ? counts.stored : status < 500 ? counts.refused : counts.failed;
    count.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace whisprd::rest
