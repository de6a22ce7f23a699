#include "s3_reader.hpp"

#include <algorithm>
#include <cstring>

namespace whispr::blobs {

std::size_t S3Reader::on_bytes(char* bytes, std::size_t one, std::size_t count, void* context) {
    auto& self = *static_cast<S3Reader*>(context);
    const std::size_t size = one * count;
    long status = 0;
    curl_easy_getinfo(self.easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != 206) {
        self.refusal_.append(bytes,
                             std::min<std::size_t>(
                                 size, 4'096 - std::min<std::size_t>(4'096, self.refusal_.size())));
        return size;
    }
    // Asked again with the same bytes when somebody reads on.
    if (self.room_.empty()) return CURL_WRITEFUNC_PAUSE;
    const std::size_t fits = std::min(size, self.room_.size());
    std::memcpy(self.room_.data(), bytes, fits);
    self.room_ = self.room_.subspan(fits);
    std::memcpy(self.beyond_.data(), bytes + fits, size - fits);
    self.beyond_begin_ = 0;
    self.beyond_end_ = size - fits;
    return size;
}

Result<void> S3Reader::begin(std::uint64_t offset) {
    stop();
    beyond_begin_ = beyond_end_ = 0;
    if (!multi_) multi_.reset(curl_multi_init());
    std::tie(easy_, headers_) = client_->get_from(key_, offset);
    if (!multi_ || !easy_) return Error{Errc::unavailable, "S3: no memory for a request", {}};
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, this);
    // One call's bytes fit behind the room.
    curl_easy_setopt(easy_.get(), CURLOPT_BUFFERSIZE, static_cast<long>(CURL_MAX_WRITE_SIZE));
    curl_multi_add_handle(multi_.get(), easy_.get());
    at_ = offset;
    return {};
}

void S3Reader::stop() {
    if (easy_) curl_multi_remove_handle(multi_.get(), easy_.get());
    easy_.reset();
    headers_.reset();
    refusal_.clear();
}

Result<void> S3Reader::pump(bool& again) {
    curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
    while (!room_.empty()) {
        int running = 0;
        if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
            return Error{Errc::internal, "S3: a request cannot be driven", {}};
        }
        int left = 0;
        const CURLMsg* const over = curl_multi_info_read(multi_.get(), &left);
        if (over != nullptr && over->msg == CURLMSG_DONE) {
            const CURLcode code = over->data.result;
            long status = 0;
            curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
            const std::string body = refusal_;
            stop();
            // How it ended matters to whoever wants what did not come.
            if (room_.empty()) return {};
            if (code != CURLE_OK) {
                again = true;
                return S3Client::failed("S3: GET of an object", code);
            }
            if (status == 404) return Error{Errc::not_found, "the blob was removed", {}};
            if (status != 206) {
                again = S3Client::may_pass(status);
                return S3Client::refused("S3: GET of an object", status, body);
            }
            return {};
        }
        if (!room_.empty()) curl_multi_poll(multi_.get(), nullptr, 0, 1'000, nullptr);
    }
    return {};
}

Result<std::size_t> S3Reader::read(std::uint64_t offset, std::span<std::byte> room) {
    if (offset >= size_ || room.empty()) return std::size_t{0};
    room =
        room.first(static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), size_ - offset)));
    std::size_t done = 0;
    for (int attempts = 1; done < room.size();) {
        const bool goes_on = at_ == offset + done && (easy_ || beyond_begin_ < beyond_end_);
        if (!goes_on) {
            if (auto begun = begin(offset + done); !begun) return begun.error();
        }
        room_ = room.subspan(done);
        const std::size_t kept = std::min(beyond_end_ - beyond_begin_, room_.size());
        std::memcpy(room_.data(), beyond_.data() + beyond_begin_, kept);
        beyond_begin_ += kept;
        room_ = room_.subspan(kept);
        bool again = false;
        Result<void> pumped;
        if (!room_.empty() && easy_) pumped = pump(again);
        const std::size_t had = room.size() - done - room_.size();
        done += had;
        at_ += had;
        // What was kept is used up, and the request is over: the next one brings the rest.
        if (pumped && done < room.size() && had > 0) continue;
        if (pumped && done < room.size()) {
            again = true;
            pumped = Error{Errc::unavailable, "S3: an object ended before its end", {}};
        }
        if (pumped) continue;
        if (!again || !client_->wait_after(attempts)) return pumped.error();
        ++attempts;
    }
    return done;
}

}  // namespace whispr::blobs
