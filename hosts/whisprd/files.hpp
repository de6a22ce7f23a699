// Where the files of attachments are kept, as the configuration says.
#pragma once

#include <memory>

#include "edge/config.hpp"
#include "media/media.hpp"
#include "whispr/ports/blob_store.hpp"
#include "whispr/result.hpp"

namespace whisprd {

// Requires: attachments are not off.
[[nodiscard]] whispr::Result<std::shared_ptr<whispr::BlobStore>> open_blobs(
    const edge::Config& config);
[[nodiscard]] media::MediaOptions media_options(const edge::Config& config);

}  // namespace whisprd
