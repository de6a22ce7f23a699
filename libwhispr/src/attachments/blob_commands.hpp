// What the engine does with blobs by itself: it forgets uploads that no message took, and finds out
// which blobs nobody refers to. A removal has two commands with the store's work between them: the
// first marks the blob's row, so that no new reference begins; the second removes the row.
#pragma once

#include <memory>
#include <optional>

#include "engine/command.hpp"
#include "whispr/completion.hpp"
#include "whispr/limits.hpp"
#include "whispr/ports/upload_storage.hpp"

namespace whispr {

/// A removal that was begun this long ago has ended or was abandoned.
inline constexpr std::chrono::minutes removal_patience{5};

/// Answers whether the upload was there and its time over.
[[nodiscard]] std::unique_ptr<Command> make_expire_upload(AttachmentId upload,
                                                          Completion<bool> done);

/// Answers the blob's row when its bytes are to be removed now.
using ToRemove = std::optional<BlobRow>;
[[nodiscard]] std::unique_ptr<Command> make_check_blob(const BlobCheck& check,
                                                       Completion<ToRemove> done);

/// The bytes of this row, as make_check_blob answered it, are gone.
[[nodiscard]] std::unique_ptr<Command> make_forget_blob(const BlobRow& blob, Completion<bool> done);

}  // namespace whispr
