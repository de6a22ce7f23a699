#include "attachments/attachment_rules.hpp"

#include <algorithm>
#include <string_view>

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
