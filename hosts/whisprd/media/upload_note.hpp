// What a resumable upload carries besides its bytes, from its beginning to its end: who began it,
// how long it will be, and what its client said of the file (the tus protocol's Upload-Metadata).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "whispr/ids.hpp"
#include "whispr/messages.hpp"

namespace whisprd::media {

// The metadata, understood.
struct UploadWords {
    std::string file_name;  // cleaned; "file" when there is none
    std::string type;       // canonical; empty: to be told by the content
    std::optional<whispr::FileType> kind;
    std::optional<whispr::MessageId> message;
    std::optional<whispr::ConversationId> conversation;
    std::string metadata = "{}";
    bool encrypted = false;
};

// "filename d29ybGQ=,encrypted dHJ1ZQ==": pairs of a key and base64. Or what is wrong with it, in
// words. Keys that are not ours are kept by the client's own interest and mean nothing.
[[nodiscard]] std::variant<UploadWords, std::string> read_words(std::string_view header);

struct UploadNote {
    whispr::UserId owner{};
    std::uint64_t size = 0;
    std::string header;  // Upload-Metadata, as it came
};

[[nodiscard]] std::string write_note(const UploadNote& note);
// Nothing for the note of another kind of upload.
[[nodiscard]] std::optional<UploadNote> read_note(std::string_view text);
// The note of an upload that ends with its connection.
[[nodiscard]] std::string form_note();

// Strict base64 with padding.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace whisprd::media
