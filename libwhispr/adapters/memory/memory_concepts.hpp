// The concepts that not every conversation has, a file each: what a lane loads, what is checked and
// applied, and what a reader asks. Called with the lock held, but for readers, which take it.
#pragma once

#include <memory>

#include "memory_tables.hpp"

namespace whispr::memory {

void load_pins(const Tables& tables, const LoadKeys& keys, Loaded& loaded);
/// What a database's unique keys and row counts would refuse.
[[nodiscard]] Result<void> check_pins(const Tables& tables, const ChangeSet& changes);
void apply_pins(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<PinReader> make_pin_reader(std::shared_ptr<Shared> shared);

void load_attachments(const Tables& tables, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> check_attachments(const Tables& tables, const ChangeSet& changes);
void apply_attachments(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<AttachmentReader> make_attachment_reader(
    std::shared_ptr<Shared> shared);
/// Adds the attachments of the page's messages, oldest first.
void add_attachments(const ConversationTable& table, PageRows& page);

void load_drafts(const Tables& tables, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> check_drafts(const Tables& tables, const ChangeSet& changes);
void apply_drafts(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<DraftReader> make_draft_reader(std::shared_ptr<Shared> shared);

void load_schedules(const Tables& tables, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> check_schedules(const Tables& tables, const ChangeSet& changes);
void apply_schedules(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<ScheduleReader> make_schedule_reader(std::shared_ptr<Shared> shared);
[[nodiscard]] std::unique_ptr<DueReader> make_due_reader(std::shared_ptr<Shared> shared);

void load_moderation(const Tables& tables, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> check_moderation(const Tables& tables, const ChangeSet& changes);
void apply_moderation(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<ModerationReader> make_moderation_reader(
    std::shared_ptr<Shared> shared);

void load_sender_keys(const Tables& tables, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> check_sender_keys(const Tables& tables, const ChangeSet& changes);
void apply_sender_keys(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<SenderKeyReader> make_sender_key_reader(
    std::shared_ptr<Shared> shared);

void load_uploads(const Tables& tables, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> check_uploads(const Tables& tables, const ChangeSet& changes);
void apply_uploads(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<UploadReader> make_upload_reader(std::shared_ptr<Shared> shared);

[[nodiscard]] Result<void> check_search(const Tables& tables, const ChangeSet& changes);
void apply_search(Tables& tables, const ChangeSet& changes);
[[nodiscard]] std::unique_ptr<SearchReader> make_search_reader(std::shared_ptr<Shared> shared);

}  // namespace whispr::memory
