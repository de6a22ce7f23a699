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

// Where this server serves a file of its own.
void write_place(std::string& out, const whispr::AttachmentId& id, std::string_view what) {
    out += R"("/messaging/api/v1/attachments/)";
    write_bare(out, id.uuid);
    out += what;
    out += '"';
}

void write_file(std::string& out, const whispr::StoredFile& file) {
    out += R"(,"width":)";
    out += file.width > 0 ? std::to_string(file.width) : "null";
    out += R"(,"height":)";
    out += file.height > 0 ? std::to_string(file.height) : "null";
    out += R"(,"encrypted":)";
    write_bool(out, file.encrypted);
    out += R"(,"sha256":")";
    out += file.blob.to_string();
    out += '"';
}

void write_thumbnail_place(std::string& out, const whispr::AttachmentId& id,
                           const whispr::StoredFile& file) {
    if (file.thumbnails.empty()) {
        out += "null";
    } else {
        write_place(out, id, "/thumbnail");
    }
}

}  // namespace

void write_attachment(std::string& out, const whispr::Attachment& attachment) {
    out += R"({"id":)";
    write(out, attachment.id);
    out += R"(,"messageId":)";
    write(out, attachment.message);
    out += R"(,"mediaId":)";
    if (attachment.file && attachment.media_id.empty()) {
        write(out, attachment.id);
    } else {
        write_text_or_null(out, attachment.media_id);
    }
    out += R"(,"fileName":)";
    write_text(out, attachment.file_name);
    out += R"(,"fileType":")";
    out += whispr::to_string(attachment.type);
    out += R"(","fileUrl":)";
    if (attachment.file) {
        write_place(out, attachment.id, "/download");
    } else {
        write_text(out, attachment.url);
    }
    out += R"(,"fileSize":)";
    write_number(out, attachment.size);
    out += R"(,"mimeType":)";
    write_text(out, attachment.mime_type);
    out += R"(,"thumbnailUrl":)";
    if (attachment.file) {
        write_thumbnail_place(out, attachment.id, *attachment.file);
    } else {
        write_text_or_null(out, attachment.thumbnail_url);
    }
    out += R"(,"metadata":)";
    out += attachment.metadata;
    out += R"(,"uploadedAt":)";
    write(out, attachment.uploaded_at);
    if (attachment.file) write_file(out, *attachment.file);
    out += '}';
}

void write_upload(std::string& out, const whispr::Upload& upload) {
    out += R"({"id":)";
    write(out, upload.id);
    out += R"(,"messageId":null,"mediaId":)";
    write(out, upload.id);
    out += R"(,"fileName":)";
    write_text(out, upload.file_name);
    out += R"(,"fileType":")";
    out += whispr::to_string(upload.type);
    out += R"(","fileUrl":)";
    write_place(out, upload.id, "/download");
    out += R"(,"fileSize":)";
    write_number(out, upload.size);
    out += R"(,"mimeType":)";
    write_text(out, upload.mime_type);
    out += R"(,"thumbnailUrl":)";
    write_thumbnail_place(out, upload.id, upload.file);
    out += R"(,"metadata":)";
    out += upload.metadata;
    out += R"(,"uploadedAt":)";
    write(out, upload.created_at);
    write_file(out, upload.file);
    out += R"(,"expiresAt":)";
    write(out, upload.expires_at);
    out += '}';
}

}  // namespace edge::json
