#include "media/filing.hpp"

#include <unistd.h>

#include <cerrno>
#include <span>
#include <utility>

#include "media/file_kind.hpp"
#include "media/upload_note.hpp"

namespace whisprd::media {

namespace {

using whispr::Errc;
using whispr::Error;
using WriterPtr = std::unique_ptr<whispr::BlobWriter>;

// One file on its way. Its steps run one after the other, on workers, painters and the engine's
// threads.
class Filing : public std::enable_shared_from_this<Filing> {
 public:
    Filing(Media& media, whispr::Engine& engine, const whispr::Caller& caller, WriterPtr writer,
           whispr::Completion<whispr::Upload> done)
        : media_(media),
          engine_(engine),
          caller_(caller),
          writer_(std::move(writer)),
          done_(std::move(done)) {}
    ~Filing() {
        if (small_.empty()) return;
        // Not here: the last owner may be a thread of the engine.
        std::vector<whispr::UploadId> left;
        for (const Small& small : small_)
            left.push_back(small.id);
        (void)media_.workers.post([store = media_.store, left] {
            for (const auto id : left)
                (void)store->drop(id);
        });
    }
    Filing(const Filing&) = delete;
    Filing& operator=(const Filing&) = delete;

    void begin(FileWords words) {
        command_.file_name = std::move(words.file_name);
        command_.type = words.kind;
        command_.size = static_cast<std::int64_t>(writer_->size());
        command_.mime_type = std::move(words.type);
        command_.metadata = std::move(words.metadata);
        command_.op_id = words.op_id;
        command_.file.encrypted = words.encrypted;
        const auto key = writer_->digest();
        if (!key) return fail(key.error());
        command_.file.blob = *key;
        const bool pictured = !words.encrypted && is_picture(command_.mime_type) &&
                              media_.thumbnailer.is_there() && writer_->file() >= 0;
        // Who cannot wait for a painter has no thumbnail.
        if (pictured && media_.painters.post([self = shared_from_this()] { self->paint(); }))
            return;
        reserve();
    }

 private:
    // A thumbnail that is staged.
    struct Small {
        whispr::UploadId id;
        WriterPtr writer;
    };

    void fail(Error error) {
        // Whoever hears of it may want to open what is staged.
        writer_.reset();
        std::exchange(done_, {})(std::move(error));
    }

    // Goes on with a step that waits for the store.
    void on_worker(void (Filing::*step)()) {
        if (!media_.workers.post([self = shared_from_this(), step] { ((*self).*step)(); }))
            fail({Errc::overloaded, "too many files wait"});
    }

    void paint() {
        const auto pictured = media_.thumbnailer.make(writer_->file());
        auto& count = pictured ? media_.counts.thumbnails : media_.counts.thumbnails_failed;
        count.fetch_add(1, std::memory_order_relaxed);
        if (pictured) {
            command_.file.width = pictured->width;
            command_.file.height = pictured->height;
            for (const SmallPicture& picture : pictured->small)
                stage(picture);
        }
        reserve();
    }

    void stage(const SmallPicture& picture) {
        const auto id = draw_upload_id();
        if (!media_.store->begin(id, form_note())) return;
        auto writer = media_.store->open(id);
        if (!writer) return;
        small_.push_back({id, *std::move(writer)});
        whispr::BlobWriter& staged = *small_.back().writer;
        const auto appended =
            staged.append(0, std::as_bytes(std::span(picture.bytes.data(), picture.bytes.size())));
        const auto key = staged.digest();
        if (!appended || !key) {
            // It must not become a blob that nobody has reserved.
            small_.pop_back();
            (void)media_.store->drop(id);
            return;
        }
        command_.file.thumbnails.push_back({*key, "image/webp",
                                            static_cast<std::int64_t>(picture.bytes.size()),
                                            picture.width, picture.height});
    }

    void reserve() {
        whispr::ReserveBlobs blobs;
        blobs.blobs.emplace_back(command_.file.blob, command_.size);
        for (const whispr::Thumbnail& thumbnail : command_.file.thumbnails)
            blobs.blobs.emplace_back(thumbnail.blob, thumbnail.size);
        engine_.attachments().reserve(
            caller_, std::move(blobs),
            [self = shared_from_this()](const whispr::Result<whispr::Done>& reserved) {
                if (!reserved) return self->fail(reserved.error());
                self->on_worker(&Filing::finish);
            });
    }

    void finish() {
        for (const Small& small : small_) {
            if (const auto stored = small.writer->finish(); !stored) return fail(stored.error());
        }
        if (const auto stored = writer_->finish(); !stored) return fail(stored.error());
        small_.clear();
        writer_.reset();
        engine_.attachments().store(
            caller_, std::move(command_),
            [self = shared_from_this()](whispr::Result<whispr::Upload> stored) {
                std::exchange(self->done_, {})(std::move(stored));
            });
    }

    Media& media_;
    whispr::Engine& engine_;
    const whispr::Caller caller_;
    WriterPtr writer_;
    whispr::Completion<whispr::Upload> done_;
    whispr::StoreUpload command_;
    std::vector<Small> small_;
};

}  // namespace

std::string staged_type(const whispr::BlobWriter& writer, std::string_view declared) {
    if (!declared.empty() && !is_taken(declared)) return {};
    std::string first(sniffed_bytes, '\0');
    ssize_t got = -1;
    do {
        got = ::pread(writer.file(), first.data(), first.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return {};
    return type_by_content(declared,
                           std::string_view(first).substr(0, static_cast<std::size_t>(got)));
}

void file_upload(Media& media, whispr::Engine& engine, const whispr::Caller& caller,
                 WriterPtr writer, FileWords words, whispr::Completion<whispr::Upload> done) {
    std::make_shared<Filing>(media, engine, caller, std::move(writer), std::move(done))
        ->begin(std::move(words));
}

}  // namespace whisprd::media
