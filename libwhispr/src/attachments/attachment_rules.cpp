#include "attachments/attachment_rules.hpp"

#include <algorithm>
#include <string_view>

#include "attachments/stored_blobs.hpp"
#include "metadata/metadata.hpp"
#include "plain_text.hpp"

namespace whispr {

namespace {

void check_text(std::string_view text, std::string_view field, std::size_t most,
                std::vector<FieldError>& wrong) {
    if (text.size() > most) {
        wrong.push_back(
            {std::string(field), "should be at most " + std::to_string(most) + " byte(s)"});
    } else if (!is_plain_text(text)) {
        wrong.push_back({std::string(field), "is invalid"});
    }
}

void check_given(std::string_view text, std::string_view field, std::size_t most,
                 std::vector<FieldError>& wrong) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        wrong.push_back({std::string(field), "can't be blank"});
    } else {
        check_text(text, field, most, wrong);
    }
}

void check_size(std::int64_t size, const Limits& limits, std::vector<FieldError>& wrong) {
    if (size <= 0) {
        wrong.push_back({"size", "must be greater than 0"});
    } else if (size > limits.attachment_bytes) {
        wrong.push_back(
            {"size", "must be less than or equal to " + std::to_string(limits.attachment_bytes)});
    }
}

// A media type without parameters, as it is stored beside others.
bool is_media_type(std::string_view text) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/+.-_";
    return !text.empty() && text.size() <= limits::mime_type_bytes &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_valid(const Thumbnail& thumbnail) {
    return is_media_type(thumbnail.mime_type) && thumbnail.size > 0 && thumbnail.width >= 0 &&
           thumbnail.height >= 0;
}

void check_file(const StoredFile& file, std::vector<FieldError>& wrong) {
    if (file.width < 0 || file.height < 0) wrong.push_back({"dimensions", "are invalid"});
    if (file.thumbnails.size() > limits::thumbnails_per_file) {
        wrong.push_back(
            {"thumbnails",
             "should have at most " + std::to_string(limits::thumbnails_per_file) + " item(s)"});
    } else if (!std::all_of(file.thumbnails.begin(), file.thumbnails.end(), is_valid)) {
        wrong.push_back({"thumbnails", "are invalid"});
    } else if (file.encrypted && !file.thumbnails.empty()) {
        wrong.push_back({"thumbnails", "cannot be made of an encrypted file"});
    }
}

}  // namespace

std::vector<FieldError> check_fields(AddAttachment& command, const Limits& limits) {
    std::vector<FieldError> wrong;
    check_given(command.file_name, "filename", limits::file_name_bytes, wrong);
    check_given(command.mime_type, "mime_type", limits::mime_type_bytes, wrong);
    check_given(command.url, "media_url", limits::url_bytes, wrong);
    check_text(command.thumbnail_url, "thumbnail_url", limits::url_bytes, wrong);
    check_text(command.media_id, "media_id", limits::media_id_bytes, wrong);
    check_size(command.size, limits, wrong);
    if (auto metadata = normalise_metadata(command.metadata)) {
        command.metadata = *std::move(metadata);
    } else {
        wrong.push_back({"metadata", "is invalid"});
    }
    return wrong;
}

std::vector<FieldError> check_fields(StoreUpload& command, const Limits& limits) {
    std::vector<FieldError> wrong;
    check_given(command.file_name, "filename", limits::file_name_bytes, wrong);
    check_given(command.mime_type, "mime_type", limits::mime_type_bytes, wrong);
    check_size(command.size, limits, wrong);
    check_file(command.file, wrong);
    if (auto metadata = normalise_metadata(command.metadata)) {
        command.metadata = *std::move(metadata);
    } else {
        wrong.push_back({"metadata", "is invalid"});
    }
    return wrong;
}

std::vector<AttachmentRow> attachments_of(const WorkingSet& set, const MessageKey& message) {
    std::vector<AttachmentRow> rows;
    for (const auto& [no, row] : set.attachments.rows.of) {
        if (no == message.no && row.mseq == message.mseq) rows.push_back(row);
    }
    return rows;
}

void add_attachment(WorkingSet& set, const ConversationEntry& conversation, AttachmentRow row) {
    set.attachments.rows.of.emplace_back(conversation.row.no, row);
    set.attachments.changes.created.push_back({conversation.row.id, std::move(row), true});
}

void remove_attachment(WorkingSet& set, const ConversationEntry& conversation,
                       const AttachmentRow& row) {
    if (row.file) release_file(set, row.id, *row.file, row.size);
    std::erase_if(set.attachments.rows.of,
                  [&](const auto& known) { return known.second.id == row.id; });
    AttachmentChanges& changes = set.attachments.changes;
    // One that was created in this very batch was never stored.
    const auto created = std::erase_if(
        changes.created, [&](const RowOf<AttachmentRow>& one) { return one.row.id == row.id; });
    if (created == 0) changes.removed.push_back({conversation.row.id, row, false});
}

void clear_attachments(WorkingSet& set, const ConversationEntry& conversation, Mseq mseq) {
    const ConversationRow& row = conversation.row;
    for (const AttachmentRow& held : attachments_of(set, {row.no, mseq})) {
        if (held.file) release_file(set, held.id, *held.file, held.size);
    }
    std::erase_if(set.attachments.rows.of, [&](const auto& known) {
        return known.first == row.no && known.second.mseq == mseq;
    });
    AttachmentChanges& changes = set.attachments.changes;
    std::erase_if(changes.created, [&](const RowOf<AttachmentRow>& one) {
        return one.conversation == row.id && one.row.mseq == mseq;
    });
    changes.cleared.push_back({row.no, mseq});
}

}  // namespace whispr
