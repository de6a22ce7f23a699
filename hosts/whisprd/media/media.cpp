#include "media/media.hpp"

#include <sys/random.h>

#include <algorithm>
#include <utility>

#include "media/upload_note.hpp"

namespace whisprd::media {

namespace {

// Uploads of a form end with their connection; what a crash left of them is not asked for again.
constexpr std::chrono::seconds form_lifetime{3'600};
constexpr std::chrono::seconds longest_pause{60};
constexpr std::size_t most_finished = 4'096;
// Each upload and download waits with one task at most.
constexpr std::size_t most_queued = 8'192;
// A thumbnail takes a processor: two at once leave the others to the server.
constexpr std::size_t painter_threads = 2;
constexpr std::size_t most_painted = 256;

}  // namespace

void FinishedUploads::add(whispr::UploadId id, Entry entry) {
    const std::lock_guard lock(mutex_);
    if (order_.size() < most_finished) {
        order_.push_back(id);
    } else {
        entries_.erase(std::exchange(order_[next_], id));
        next_ = (next_ + 1) % most_finished;
    }
    entries_[id] = entry;
}

std::optional<FinishedUploads::Entry> FinishedUploads::find(whispr::UploadId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

Media::Media(std::shared_ptr<whispr::BlobStore> blobs, MediaOptions given)
    : options(std::move(given)),
      store(std::move(blobs)),
      links(options.link_keys),
      thumbnailer(options.thumbnailer),
      slots(options.uploads_per_user),
      workers(options.threads, most_queued),
      painters(painter_threads, most_painted) {}

Media::~Media() {
    close();
}

void Media::close() {
    painters.close();
    workers.close();
}

void Media::tick(std::chrono::steady_clock::time_point now) {
    if (now < next_sweep_ || sweeping_.exchange(true)) return;
    next_sweep_ =
        now + std::clamp(options.upload_lifetime / 4, std::chrono::seconds(1), longest_pause);
    if (!workers.post([this] { sweep(); })) sweeping_ = false;
}

void Media::sweep() {
    std::optional<whispr::UploadId> after;
    bool answers = true;
    for (;;) {
        const auto page = store->uploads(after);
        answers = page.has_value();
        if (!page || page->empty()) break;
        for (const whispr::StagedUpload& upload : *page) {
            const bool resumable = read_note(upload.note).has_value();
            if (!is_expired(upload, resumable ? options.upload_lifetime : form_lifetime)) continue;
            if (store->drop(upload.id)) counts.expired.fetch_add(1, std::memory_order_relaxed);
        }
        after = page->back().id;
    }
    // What is staged may be elsewhere than the blobs: one that is not there is asked for.
    answers = answers && store->blob(whispr::BlobKey{}).has_value();
    answers_.store(answers, std::memory_order_relaxed);
    sweeping_ = false;
}

whispr::UploadId draw_upload_id() {
    whispr::UploadId id;
    auto& bytes = id.uuid.bytes;
    // So few bytes come whole, and do not fail once the system has started.
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        std::abort();
    id.uuid.bytes[6] = static_cast<std::uint8_t>((id.uuid.bytes[6] & 0x0F) | 0x40);
    id.uuid.bytes[8] = static_cast<std::uint8_t>((id.uuid.bytes[8] & 0x3F) | 0x80);
    return id;
}

bool is_expired(const whispr::StagedUpload& upload, std::chrono::seconds lifetime) {
    return std::chrono::system_clock::now() - upload.changed_at > lifetime;
}

}  // namespace whisprd::media
