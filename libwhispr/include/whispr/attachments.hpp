// Attachments: what a message knows of the files that belong to it. The bytes are elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"

namespace whispr {

class Core;

struct AddAttachment {
    MessageId message{};
    std::string media_id{};  ///< the id that another service gave the file; may be empty
    std::string file_name = "file";
    FileType type = FileType::image;
    std::int64_t size = 0;  ///< bytes, 1 to Limits::attachment_bytes
    std::string mime_type = "application/octet-stream";
    std::string url{};  ///< where the bytes are; not empty
    std::string thumbnail_url{};
    std::string metadata = "{}";  ///< JSON object text
    std::optional<OpId> op_id{};  ///< recognises a repeat
};

/// All members: any thread; answer as in Messages. A message's attachments come with it
/// (Message::attachments). Common failures: message_not_found, overloaded, unavailable, closed,
/// internal.
class Attachments {
 public:
    explicit Attachments(Core& core) : core_(core) {}

    /// To one's own message that is not deleted. Fails with forbidden (not the sender), invalid
    /// (file_name, size, mime_type, url, thumbnail_url, media_id, metadata), limit_reached.
    void add(const Caller& caller, AddAttachment command, Completion<Attachment> done);
    /// From one's own message. Fails with not_found (also when the caller may not see the message),
    /// forbidden (not the sender).
    void remove(const Caller& caller, AttachmentId attachment, Completion<Attachment> done);
    /// Of a message that the caller may see. Fails with not_found.
    void show(const Caller& caller, AttachmentId attachment, Completion<Attachment> done);

 private:
    Core& core_;
};

}  // namespace whispr
