#include "media/blob_body.hpp"

#include <fcntl.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace whisprd::media {

namespace {

constexpr std::uint64_t piece_size = 64 * 1024;

class BlobSource final : public net::BodySource {
 public:
    BlobSource(WorkerPool& workers, std::shared_ptr<whispr::BlobReader> reader, ByteRange range)
        : workers_(workers), reader_(std::move(reader)), range_(range) {}

    std::uint64_t size() const override { return range_.size; }

    void produce(net::BodyFeed feed) override {
        const std::uint64_t offset = range_.first + asked_;
        const auto size = static_cast<std::size_t>(std::min(piece_size, range_.size - asked_));
        asked_ += size;
        // A feed that is destroyed ends the connection: that is all that can be said by then.
        (void)workers_.post([reader = reader_, offset, size, feed = std::move(feed)]() mutable {
            std::string bytes(size, '\0');
            const auto room = std::as_writable_bytes(std::span(bytes.data(), bytes.size()));
            const auto got = reader->read(offset, room);
            if (got && *got == size) feed.give(net::Buffer::adopt(std::move(bytes)));
        });
    }

 private:
    WorkerPool& workers_;
    std::shared_ptr<whispr::BlobReader> reader_;
    const ByteRange range_;
    std::uint64_t asked_ = 0;
};

}  // namespace

BlobBody::BlobBody(WorkerPool& workers, std::unique_ptr<whispr::BlobReader> reader)
    : workers_(workers), reader_(std::move(reader)) {
    if (reader_->file() < 0) return;
    const int own = ::fcntl(reader_->file(), F_DUPFD_CLOEXEC, 0);
    if (own >= 0) file_ = std::make_shared<net::SharedFile>(own);
}

net::BodyPart BlobBody::part(const ByteRange& range) const {
    if (file_ != nullptr) return net::FileRange{file_, range.first, range.size};
    return std::make_shared<BlobSource>(workers_, reader_, range);
}

}  // namespace whisprd::media
