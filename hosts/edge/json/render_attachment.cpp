#include "edge/json/render.hpp"
#include "edge/json/text.hpp"

namespace edge::json {

namespace {

void write_text_or_null(std::string& out, std::string_view text) {
    if (text.empty()) {
        out += "null";
    } else {
        write_text(out, text);
    }
}

}  // namespace

void write_attachment(std::string& out, const whispr::Attachment& attachment) {
    out += R"({"id":)";
    write(out, attachment.id);
    out += R"(,"messageId":)";
    write(out, attachment.message);
    out += R"(,"mediaId":)";
    write_text_or_null(out, attachment.media_id);
    out += R"(,"fileName":)";
    write_text(out, attachment.file_name);
    out += R"(,"fileType":")";
    out += whispr::to_string(attachment.type);
    out += R"(","fileUrl":)";
    write_text(out, attachment.url);
    out += R"(,"fileSize":)";
    write_number(out, attachment.size);
    out += R"(,"mimeType":)";
    write_text(out, attachment.mime_type);
    out += R"(,"thumbnailUrl":)";
    write_text_or_null(out, attachment.thumbnail_url);
    out += R"(,"metadata":)";
    out += attachment.metadata;
    out += R"(,"uploadedAt":)";
    write(out, attachment.uploaded_at);
    out += '}';
}

}  // namespace edge::json
