// What the routes of files answer with.
#pragma once

#include <cstdint>
#include <string>

#include "rest/call.hpp"
#include "whispr/attachments.hpp"

namespace whisprd::rest {

inline constexpr std::string_view not_the_sender =
    "You don't have permission to upload to this message";

// {"data":<attachment or upload>,"message":"File uploaded successfully"} with 201.
void answer_filed(Call& call, const whispr::Attachment& attachment);
void answer_filed(Call& call, const whispr::Upload& upload);

[[nodiscard]] edge::HttpError too_large(std::uint64_t limit);
[[nodiscard]] edge::HttpError wrong_type();
[[nodiscard]] edge::HttpError empty_file();
[[nodiscard]] edge::HttpError no_files_here();
[[nodiscard]] edge::HttpError too_many_uploads(std::size_t limit);
[[nodiscard]] edge::HttpError quota_exceeded(std::uint64_t limit);
// What the engine or the blob store said to an upload.
[[nodiscard]] edge::HttpError filing_error(const whispr::Error& error);
// Why this message may not have a file of the caller; nothing when it may.
[[nodiscard]] std::optional<edge::HttpError> refuse_message(
    const whispr::Result<whispr::Message>& message, whispr::UserId user);

// Bytes as people say them: "100MB" when it is that, otherwise KB or bytes.
[[nodiscard]] std::string spoken_size(std::uint64_t bytes);

// The upload has ended; counts it by the status it is answered with.
void count_upload(Call& call, unsigned status);

}  // namespace whisprd::rest
