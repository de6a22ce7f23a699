#include "staged_writer.hpp"

#include <unistd.h>

#include <vector>

namespace whispr::blobs {

Result<void> StagedWriter::usable() const {
    if (finished_) return Error{Errc::closed, "the upload is finished", {}};
    const auto facts = facts_of(file_.get());
    if (!facts) return facts.error();
    if (facts->names == 0) {
        return Error{Errc::not_found, "upload " + id_.to_string() + " was dropped", {}};
    }
    return {};
}

Result<void> StagedWriter::append(std::uint64_t offset, std::span<const std::byte> bytes) {
    if (auto is_usable = usable(); !is_usable) return is_usable;
    if (offset != size_) {
        return Error{Errc::stale,
                     "the upload is " + std::to_string(size_) +
                         " bytes long, and was to go on at " + std::to_string(offset),
                     {}};
    }
    if (auto written = write_at(file_.get(), size_, bytes); !written) {
        // What was written of it is beyond the end that is told; if it stays, a later append
        // covers it, but a restart would count it.
        if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) {
            return system_error("take back what was written of an upload");
        }
        return written;
    }
    if (hashed_) hash_.feed(bytes);
    size_ += bytes.size();
    return {};
}

Result<void> StagedWriter::cut(std::uint64_t size) {
    if (auto is_usable = usable(); !is_usable) return is_usable;
    if (size > size_) {
        return Error{Errc::stale,
                     "the upload is " + std::to_string(size_) +
                         " bytes long, and was to be cut to " + std::to_string(size),
                     {}};
    }
    if (size == size_) return {};
    if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) {
        return system_error("shorten an upload");
    }
    size_ = size;
    hashed_ = size == 0;
    hash_.restart();
    return {};
}

Result<BlobKey> StagedWriter::digest() {
    if (auto is_usable = usable(); !is_usable) return is_usable.error();
    if (hashed_) return hash_.digest();
    std::vector<std::byte> room(64U << 10);
    hash_.restart();
    for (std::uint64_t offset = 0; offset < size_;) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), size_ - offset));
        const auto got = read_at(file_.get(), offset, std::span(room).first(wanted));
        if (!got) return got.error();
        if (*got == 0) return Error{Errc::internal, "a staged file is shorter than it was", {}};
        hash_.feed(std::span(room).first(*got));
        offset += *got;
    }
    hashed_ = true;
    return hash_.digest();
}

Result<StoredBlob> StagedWriter::finish() {
    const auto key = digest();
    if (!key) return key.error();
    if (::fsync(file_.get()) != 0) return system_error("make an upload durable");
    auto stored = finish_({file_.get(), path_, size_, *key});
    if (!stored) return stored;
    finished_ = true;
    // What is left of these after a crash is an upload that was not finished, and expires as such.
    ::unlink(path_.c_str());
    ::unlink(note_path_.c_str());
    return stored;
}

}  // namespace whispr::blobs
