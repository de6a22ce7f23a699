// The bytes of a blob as the body of an answer: from its file where it is one, otherwise read by
// workers while they are sent.
#pragma once

#include <memory>

#include "media/byte_ranges.hpp"
#include "media/worker_pool.hpp"
#include "net/http_stream.hpp"
#include "whispr/ports/blob_store.hpp"

namespace whisprd::media {

// An open blob that parts of an answer are made of. Any thread, one at a time.
class BlobBody {
 public:
    // Requires: `workers` outlives the answer.
    BlobBody(WorkerPool& workers, std::unique_ptr<whispr::BlobReader> reader);

    // One part. The parts of one answer are sent one after the other.
    [[nodiscard]] net::BodyPart part(const ByteRange& range) const;

 private:
    WorkerPool& workers_;
    std::shared_ptr<whispr::BlobReader> reader_;
    std::shared_ptr<const net::SharedFile> file_;  // null: not in a file
};

}  // namespace whisprd::media
