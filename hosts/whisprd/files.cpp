#include "files.hpp"

#include <algorithm>

namespace whisprd {

namespace {

std::vector<std::string> keys_of(std::string_view text) {
    std::vector<std::string> keys;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        if (end > 0) keys.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return keys;
}

}  // namespace

whispr::Result<std::shared_ptr<whispr::BlobStore>> open_blobs(const edge::Config& config) {
    return whispr::Error{whispr::Errc::unavailable, "no adapter for " + config.attachments, {}};
}

media::MediaOptions media_options(const edge::Config& config) {
    media::MediaOptions options;
    options.largest_file = config.max_attachment_size;
    options.bytes_per_user = config.attachment_quota;
    options.uploads_per_user = config.max_uploads_per_user;
    options.upload_lifetime = std::chrono::ceil<std::chrono::seconds>(config.upload_lifetime);
    options.link_lifetime = std::chrono::ceil<std::chrono::seconds>(config.link_lifetime);
    options.redirects = config.attachment_redirect;
    options.link_keys = keys_of(config.link_keys);
    options.threads = config.attachment_threads;
    options.thumbnailer = config.thumbnailer;
    return options;
}

}  // namespace whisprd
