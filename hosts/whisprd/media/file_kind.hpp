// What a file is, by its first bytes, and which kinds are taken. A table of what the contract names
// instead of a library that knows thousands of formats: bytes of strangers are looked at here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "whispr/messages.hpp"

namespace whisprd::media {

// So many first bytes are enough to tell.
constexpr std::size_t sniffed_bytes = 4096;

// "IMAGE/JPG; q=1" -> "image/jpeg": lower case, without parameters, by its usual name.
[[nodiscard]] std::string canonical_type(std::string_view declared);
// Whether files of this (canonical) type are taken at all.
[[nodiscard]] bool is_taken(std::string_view type);
// The type that a file which begins like this has: the declared one where the bytes agree with it,
// the one they show where none is declared. Empty: they contradict it, or show nothing that is
// taken.
[[nodiscard]] std::string type_by_content(std::string_view declared, std::string_view first_bytes);
// Whether there is a thumbnail of such files.
[[nodiscard]] bool is_picture(std::string_view type);
// Whether a browser may show it in place: nothing in it can run.
[[nodiscard]] bool is_inline(std::string_view type);
[[nodiscard]] whispr::FileType file_type_of(std::string_view type);
// Whether a text may stand in a header as a media type.
[[nodiscard]] bool is_media_type(std::string_view text);

}  // namespace whisprd::media
