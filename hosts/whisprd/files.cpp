#include "files.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "whispr/adapters/blob_stores.hpp"

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

std::string s3_endpoint_of(const edge::Config& config) {
    if (!config.s3_endpoint.empty()) return config.s3_endpoint;
    return "https://s3." + config.s3_region + ".amazonaws.com";
}

}  // namespace

whispr::Result<std::shared_ptr<whispr::BlobStore>> open_blobs(const edge::Config& config) {
    constexpr std::string_view s3 = "s3://";
    if (!config.attachments.starts_with(s3))
        return whispr::make_directory_blobs(config.attachments);
    const std::string_view place = std::string_view(config.attachments).substr(s3.size());
    const auto slash = std::min(place.find('/'), place.size());
    whispr::S3Options options;
    options.bucket = place.substr(0, slash);
    options.prefix = place.substr(std::min(slash + 1, place.size()));
    if (!options.prefix.empty() && !options.prefix.ends_with('/')) options.prefix += '/';
    options.endpoint = s3_endpoint_of(config);
    options.region = config.s3_region;
    options.access_key = config.s3_access_key;
    options.secret_key = config.s3_secret_key;
    options.spool = config.attachments_spool;
    if (config.attachment_redirect) {
        options.link_endpoint =
            config.s3_public_endpoint.empty() ? options.endpoint : config.s3_public_endpoint;
    }
    return whispr::make_s3_blobs(std::move(options));
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
