// The concepts that not every conversation has, a file each: what a lane loads and writes, what a
// reader asks, and the statements.
#pragma once

#include <memory>
#include <span>

#include "batch.hpp"
#include "sql_reader.hpp"

namespace whispr::sql {

[[nodiscard]] Result<void> load_pins(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_pins(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<PinReader> make_pin_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> pin_statements() noexcept;

[[nodiscard]] Result<void> load_attachments(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_attachments(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<AttachmentReader> make_attachment_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> attachment_statements() noexcept;

[[nodiscard]] Result<void> load_drafts(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_drafts(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<DraftReader> make_draft_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> draft_statements() noexcept;

[[nodiscard]] Result<void> load_schedules(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_schedules(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<ScheduleReader> make_schedule_reader(Reading reading);
[[nodiscard]] std::unique_ptr<DueReader> make_due_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> schedule_statements() noexcept;

[[nodiscard]] Result<void> load_moderation(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_moderation(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<ModerationReader> make_moderation_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> moderation_statements() noexcept;

[[nodiscard]] Result<void> load_sender_keys(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_sender_keys(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<SenderKeyReader> make_sender_key_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> sender_key_statements() noexcept;

[[nodiscard]] Result<void> load_uploads(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_uploads(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<UploadReader> make_upload_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> upload_statements() noexcept;

[[nodiscard]] Result<void> write_search(Batch& batch, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<SearchReader> make_search_reader(Reading reading);
[[nodiscard]] std::span<const Statement* const> search_statements() noexcept;

}  // namespace whispr::sql
