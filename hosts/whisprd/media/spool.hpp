// The bytes of one upload on their way from a connection into the blob store: collected on the I/O
// thread, appended on a worker, one piece at a time, and the connection held back meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "media/worker_pool.hpp"
#include "net/http_stream.hpp"
#include "whispr/ports/blob_store.hpp"
#include "whispr/result.hpp"

namespace whisprd::media {

class Spool : public std::enable_shared_from_this<Spool> {
 public:
    using WriterPtr = std::unique_ptr<whispr::BlobWriter>;

    // How it ended. The writer is null when it could not be opened.
    struct End {
        enum class Kind { complete, failed, abandoned };
        Kind kind = Kind::failed;
        WriterPtr writer;
        whispr::Error error;  // when failed
    };

    struct Plan {
        // On a worker, before the first bytes: they are appended at its end.
        std::function<whispr::Result<WriterPtr>()> open;
        // On a worker: bytes that were appended; may be empty.
        std::function<void(std::string_view)> watch;
        // On a worker, or the I/O thread when there is none to be had. Exactly once.
        std::function<void(End)> ended;
    };

    // Requires: `workers` outlives it.
    Spool(WorkerPool& workers, net::BodyControl control, Plan plan);

    // These three on the I/O thread. False: no more, until `control` was resumed.
    [[nodiscard]] bool put(std::string_view bytes);
    // All bytes have come. put() and this are not called again.
    void finish();
    // No more will come; what did come is appended.
    void abandon();

 private:
    void wake();
    void work();
    void append();
    void end();

    WorkerPool& workers_;
    const net::BodyControl control_;
    Plan plan_;

    std::mutex mutex_;
    std::string filling_;
    bool working_ = false;
    bool held_back_ = false;
    bool finished_ = false;
    bool abandoned_ = false;
    bool ended_ = false;

    // Of the worker.
    std::string writing_;
    WriterPtr writer_;
    bool opened_ = false;
    whispr::Result<void> state_;
};

}  // namespace whisprd::media
