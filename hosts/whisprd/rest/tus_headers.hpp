// What the answers of resumable uploads have in common.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "media/media.hpp"
#include "media/upload_note.hpp"
#include "rest/call.hpp"

namespace whisprd::rest {

// A header that is a number; nothing when it is missing or none.
[[nodiscard]] std::optional<std::uint64_t> number_header(const Call& call, std::string_view name);
// "Sun, 06 Nov 1994 08:49:37 GMT"
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);

// Adds when an upload that was touched now, or at that time, is forgotten.
void add_expiry(Call& call, std::chrono::system_clock::time_point touched);

// 412 for another version of the protocol: then the call was answered and is empty. Otherwise the
// answer says ours.
[[nodiscard]] bool speaks_tus(CallPtr& call);

// The upload of the caller that the path names, on a worker; or the answer why not.
struct OwnUpload {
    whispr::StagedUpload staged;
    media::UploadNote note;
};
[[nodiscard]] std::variant<OwnUpload, edge::HttpError> find_own_upload(media::Media& media,
                                                                       const whispr::Caller& caller,
                                                                       whispr::UploadId id);
[[nodiscard]] edge::HttpError upload_is_locked();
[[nodiscard]] edge::HttpError wrong_offset(std::uint64_t offset);

}  // namespace whisprd::rest
