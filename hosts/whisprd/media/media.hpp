// What the routes of files work with: the blob store, the threads that wait for it, and the bounds.
// Made once, in app.cpp, when there is a place for files.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "media/signed_links.hpp"
#include "media/thumbnailer.hpp"
#include "media/user_slots.hpp"
#include "media/worker_pool.hpp"
#include "whispr/attachments.hpp"
#include "whispr/ports/blob_store.hpp"

namespace whisprd::media {

struct MediaOptions {
    std::uint64_t largest_file = 104'857'600;
    std::uint64_t bytes_per_user = 1'073'741'824;
    std::size_t uploads_per_user = 8;  // at once
    std::chrono::seconds upload_lifetime{86'400};
    std::chrono::seconds link_lifetime{3'600};
    bool redirects = false;  // downloads go to the store itself, where it has links
    std::vector<std::string> link_keys{};
    std::size_t threads = 4;
    std::string thumbnailer{};  // empty: beside this program; "off": none
};

// What is counted, for the metrics. Any thread.
struct MediaCounts {
    std::atomic<std::uint64_t> bytes_in{0};
    std::atomic<std::uint64_t> bytes_out{0};
    std::atomic<std::uint64_t> stored{0};
    std::atomic<std::uint64_t> refused{0};    // by what they are: type, size, quota, checksum
    std::atomic<std::uint64_t> failed{0};     // by us: the store, the threads
    std::atomic<std::uint64_t> abandoned{0};  // by the client
    std::atomic<std::uint64_t> downloads{0};
    std::atomic<std::uint64_t> thumbnails{0};
    std::atomic<std::uint64_t> thumbnails_failed{0};
    std::atomic<std::uint64_t> expired{0};
};

// Resumable uploads that became files not long ago: a client that missed the last answer asks
// again. Bounded; of this process. Any thread.
class FinishedUploads {
 public:
    struct Entry {
        whispr::UserId owner{};
        std::uint64_t size = 0;
        whispr::AttachmentId file{};
        whispr::MessageId message{};  // nil: none
    };
    void add(whispr::UploadId id, Entry entry);
    [[nodiscard]] std::optional<Entry> find(whispr::UploadId id) const;

 private:
    mutable std::mutex mutex_;
    std::map<whispr::UploadId, Entry> entries_;
    std::vector<whispr::UploadId> order_;
    std::size_t next_ = 0;
};

class Media {
 public:
    Media(std::shared_ptr<whispr::BlobStore> blobs, MediaOptions given);
    ~Media();

    const MediaOptions options;
    const std::shared_ptr<whispr::BlobStore> store;
    const SignedLinks links;
    const Thumbnailer thumbnailer;
    MediaCounts counts;
    FinishedUploads finished;
    UserSlots slots;
    WorkerPool workers;
    // Wait for other programs, not for the store.
    WorkerPool painters;

    // About once a second, on any one thread: has what expired removed now and then.
    void tick(std::chrono::steady_clock::time_point now);
    // Ends what is being done. Not on one of its threads; may be called again.
    void close();
    // Whether the store answered the last time it was asked for anything by tick().
    [[nodiscard]] bool store_answers() const { return answers_.load(std::memory_order_relaxed); }

 private:
    void sweep();

    std::chrono::steady_clock::time_point next_sweep_{};
    std::atomic<bool> answers_{true};
    std::atomic<bool> sweeping_{false};
};

// Drawn at random.
[[nodiscard]] whispr::UploadId draw_upload_id();
// When an upload that was last touched at that time is forgotten.
[[nodiscard]] bool is_expired(const whispr::StagedUpload& upload, std::chrono::seconds lifetime);

}  // namespace whisprd::media
