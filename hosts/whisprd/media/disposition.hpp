// The name under which a browser saves a file (RFC 6266, RFC 8187).
#pragma once

#include <string>
#include <string_view>

namespace whisprd::media {

// `inline` or `attachment` with the name: as it is for clients that read UTF-8, and without what
// they may not read for the others. Folders, control characters and quotes are gone.
[[nodiscard]] std::string content_disposition(bool in_place, std::string_view file_name);

// A name that a client gave, without folders and control characters, at most 255 bytes of UTF-8.
// Empty when nothing is left of it or it is not UTF-8.
[[nodiscard]] std::string clean_file_name(std::string_view given);

}  // namespace whisprd::media
