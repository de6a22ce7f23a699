// The bytes of one PATCH of a resumable upload: into the spool, the checksum, and, when they were
// the last, the file.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "media/filing.hpp"
#include "media/media.hpp"
#include "media/spool.hpp"
#include "media/upload_checksum.hpp"
#include "media/upload_note.hpp"
#include "net/http_stream.hpp"
#include "rest/call.hpp"

namespace whisprd::rest {

// All members on the connection's I/O thread, unless they say otherwise.
class ResumableBody final : public std::enable_shared_from_this<ResumableBody> {
 public:
    struct Patch {
        whispr::UploadId id;
        std::uint64_t offset = 0;
        std::optional<media::UploadChecksum> checksum;
        std::shared_ptr<void> slot;
        unsigned success = 204;  // 201 for one that is created with its first bytes
    };
    ResumableBody(CallPtr call, net::BodyControl control, Patch patch);

    // Opens the upload, and lets the body come.
    void begin();
    [[nodiscard]] bool take(std::string_view bytes);
    void end();
    void gone();

 private:
    void refuse(const edge::HttpError& error);
    void answer(std::uint64_t offset, const media::FinishedUploads::Entry* file);

    // On a worker.
    void open();
    void spooled(media::Spool::End end);
    void appended(std::unique_ptr<whispr::BlobWriter> writer);
    void file(std::unique_ptr<whispr::BlobWriter> writer);
    // Any thread.
    void filed(const whispr::Result<whispr::Upload>& upload);
    void finish(const media::FinishedUploads::Entry& entry);
    void give_up(const whispr::Error& error);
    void refuse_later(const edge::HttpError& error);
    template <class Step>
    void on_io(Step step) {
        thread_.post(
            [self = shared_from_this(), step = std::move(step)]() mutable { step(*self); });
    }

    CallPtr call_;  // empty once it was answered
    media::Media& media_;
    whispr::Engine& engine_;
    const whispr::Caller caller_;
    net::IoThread& thread_;
    const net::BodyControl control_;
    Patch patch_;
    media::UploadNote note_;
    media::UploadWords words_;
    std::shared_ptr<media::Spool> spool_;
    std::uint64_t size_ = 0;  // of this body
    bool ended_ = false;
};

}  // namespace whisprd::rest
