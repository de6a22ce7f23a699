// From staged bytes to an upload of the engine: what they are, a thumbnail, their place in the
// user's quota, and then the bytes become a blob.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "media/media.hpp"
#include "whispr/engine.hpp"

namespace whisprd::media {

struct FileWords {
    std::string file_name = "file";
    std::string type;  // by content; of encrypted ones octet-stream
    whispr::FileType kind = whispr::FileType::document;
    std::string metadata = "{}";
    bool encrypted = false;
    std::optional<whispr::OpId> op_id{};
};

// The type of what is staged, by its declared (canonical) type, if any, and its bytes. Empty: it is
// not taken, or not what it says. Blocks.
[[nodiscard]] std::string staged_type(const whispr::BlobWriter& writer, std::string_view declared);

// Makes it an upload of the caller. Answers on any thread; after an error the staged bytes are
// there as before, unless they were a blob already. On a worker; blocks. Requires: `media` and
// `engine` outlive the answer, the writer is not at its end.
void file_upload(Media& media, whispr::Engine& engine, const whispr::Caller& caller,
                 std::unique_ptr<whispr::BlobWriter> writer, FileWords words,
                 whispr::Completion<whispr::Upload> done);

}  // namespace whisprd::media
