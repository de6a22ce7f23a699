#include "rest/tus_headers.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include "rest/file_answers.hpp"

namespace whisprd::rest {

namespace {
constexpr std::string_view version = "1.0.0";
}  // namespace

std::optional<std::uint64_t> number_header(const Call& call, std::string_view name) {
    const auto text = call.request().header(name);
    if (!text) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (text->empty() || error != std::errc() || end != text->data() + text->size())
        return std::nullopt;
    return number;
}

std::string http_date(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

void add_expiry(Call& call, std::chrono::system_clock::time_point touched) {
    call.add_header("upload-expires",
                    http_date(touched + call.service().media->options.upload_lifetime));
}

bool speaks_tus(CallPtr& call) {
    call->add_header("tus-resumable", std::string(version));
    if (call->request().header("tus-resumable") == version) return true;
    call->add_header("tus-version", std::string(version));
    call->refuse(edge::plain_error(412, "Tus-Resumable: 1.0.0 is needed"));
    call.reset();
    return false;
}

std::variant<OwnUpload, edge::HttpError> find_own_upload(media::Media& media,
                                                         const whispr::Caller& caller,
                                                         whispr::UploadId id) {
    auto staged = media.store->upload(id);
    if (!staged) return filing_error(staged.error());
    const auto not_found = edge::plain_error(404, "Upload not found");
    if (!*staged) return not_found;
    auto note = media::read_note((*staged)->note);
    if (!note || note->owner != caller.user) return not_found;
    if (media::is_expired(**staged, media.options.upload_lifetime)) {
        (void)media.store->drop(id);
        return edge::plain_error(410, "Upload has expired");
    }
    return OwnUpload{**std::move(staged), *std::move(note)};
}

edge::HttpError upload_is_locked() {
    auto error = edge::plain_error(423, "Upload is being written by another request");
    error.retry_later = true;
    return error;
}

edge::HttpError wrong_offset(std::uint64_t offset) {
    return edge::plain_error(
        409, "Upload-Offset is not the upload's, which is " + std::to_string(offset));
}

}  // namespace whisprd::rest
