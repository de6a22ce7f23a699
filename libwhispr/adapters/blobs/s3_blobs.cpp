// A blob is the object PREFIX XX/KEY, XX being the key's first byte. Uploads are staged on local
// disk, and sent when they are finished: in one request, or part by part.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "s3_client.hpp"
#include "s3_reader.hpp"
#include "staging.hpp"

namespace whispr {

namespace {

using blobs::S3Answer;
using blobs::S3Call;

constexpr std::size_t most_parts = 10'000;
constexpr std::size_t least_part_bytes = 5U << 20;

/// The text between the first <name> and </name> from `at` on; moves `at` behind it.
std::optional<std::string> element(const std::string& xml, std::string_view name, std::size_t& at) {
    const std::string opening = "<" + std::string(name) + ">";
    const auto begin = xml.find(opening, at);
    if (begin == std::string::npos) return std::nullopt;
    const auto end = xml.find("</" + std::string(name) + ">", begin);
    if (end == std::string::npos) return std::nullopt;
    at = end;
    return xml.substr(begin + opening.size(), end - begin - opening.size());
}

/// "2026-01-31T23:59:59.000Z"
Time moment_of(const std::string& text) {
    const auto part = [&](std::size_t at, std::size_t size) {
        int number = 0;
        if (text.size() >= at + size)
            std::from_chars(text.data() + at, text.data() + at + size, number);
        return number;
    };
    const std::chrono::year_month_day day{std::chrono::year(part(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(part(8, 2)))};
    return std::chrono::sys_days(day) + std::chrono::hours(part(11, 2)) +
           std::chrono::minutes(part(14, 2)) + std::chrono::seconds(part(17, 2));
}

Error malformed() {
    return Error{Errc::unavailable, "S3: an answer has not the form that was expected", {}};
}

Result<S3Answer> there(Result<S3Answer> answer) {
    if (answer && answer->status == 404) {
        return Error{Errc::unavailable, "S3: the bucket, or an upload to it, was not found", {}};
    }
    return answer;
}

class S3Blobs final : public BlobStore {
 public:
    explicit S3Blobs(const S3Options& options)
        : prefix_(options.prefix),
          links_(!options.link_endpoint.empty()),
          part_bytes_(options.part_bytes),
          client_(std::make_shared<blobs::S3Client>(options)),
          staging_(options.spool, [this](const blobs::Finishing& upload) { return take(upload); }) {
    }

    Result<void> begin(UploadId id, const std::string& note) override {
        return staging_.begin(id, note);
    }
    Result<std::unique_ptr<BlobWriter>> open(UploadId id) override { return staging_.open(id); }
    Result<std::optional<StagedUpload>> upload(UploadId id) override { return staging_.upload(id); }
    Result<void> drop(UploadId id) override { return staging_.drop(id); }
    Result<std::vector<StagedUpload>> uploads(std::optional<UploadId> after) override {
        return staging_.uploads(after);
    }

    Result<std::unique_ptr<BlobReader>> read(const BlobKey& key) override {
        const auto found = blob(key);
        if (!found) return found.error();
        if (!*found) {
            return Error{Errc::not_found, "blob " + key.to_string() + " was not found", {}};
        }
        return std::unique_ptr<BlobReader>(
            std::make_unique<blobs::S3Reader>(client_, object_of(key), (*found)->size));
    }

    Result<std::optional<StoredBlob>> blob(const BlobKey& key) override {
        const auto answer = client_->call({.method = "HEAD", .key = object_of(key)});
        if (!answer) return answer.error();
        if (answer->status == 404) return std::optional<StoredBlob>();
        return std::optional(StoredBlob{key, answer->size.value_or(0), answer->modified_at});
    }

    Result<void> remove(const BlobKey& key) override {
        const auto answer = client_->call({.method = "DELETE", .key = object_of(key)});
        if (!answer) return answer.error();
        return {};
    }

    Result<std::vector<StoredBlob>> blobs(std::optional<BlobKey> after) override {
        blobs::Pairs query{
            {"list-type", "2"}, {"prefix", prefix_}, {"max-keys", std::to_string(page_rows)}};
        if (after) query.emplace_back("start-after", object_of(*after));
        const auto answer = there(client_->call({.query = std::move(query)}));
        if (!answer) return answer.error();
        std::vector<StoredBlob> found;
        for (std::size_t at = 0; const auto contents = element(answer->body, "Contents", at);) {
            std::size_t inside = 0;
            const auto name = element(*contents, "Key", inside);
            inside = 0;
            const auto modified = element(*contents, "LastModified", inside);
            inside = 0;
            const auto size = element(*contents, "Size", inside);
            if (!name || !modified || !size) return malformed();
            const auto key = BlobKey::parse(std::string_view(*name).substr(
                std::min(name->size(), name->find_last_of('/') + 1)));
            // What else lies there is not ours.
            if (!key || *name != object_of(*key)) continue;
            found.push_back({*key, std::stoull("0" + *size), moment_of(*modified)});
        }
        return found;
    }

    Result<std::optional<std::string>> link(const BlobKey& key, const BlobLink& link) override {
        if (link.lifetime < std::chrono::seconds(1) || link.lifetime > std::chrono::days(7)) {
            return invalid_field("lifetime", "must be 1 second to 7 days");
        }
        if (!links_) return std::optional<std::string>();
        blobs::Pairs query;
        if (!link.content_type.empty()) {
            query.emplace_back("response-content-type", link.content_type);
        }
        if (!link.content_disposition.empty()) {
            query.emplace_back("response-content-disposition", link.content_disposition);
        }
        return std::optional(client_->link(object_of(key), std::move(query), link.lifetime));
    }

 private:
    [[nodiscard]] std::string object_of(const BlobKey& key) const {
        const std::string name = key.to_string();
        return prefix_ + name.substr(0, 2) + "/" + name;
    }

    Result<StoredBlob> take(const blobs::Finishing& upload) {
        const std::string object = object_of(upload.key);
        const auto known = blob(upload.key);
        if (!known) return known.error();
        if (*known && (*known)->size == upload.size) return **known;
        const auto sent =
            upload.size <= part_bytes_ ? put(object, upload) : put_parts(object, upload);
        const auto stored = blob(upload.key);
        // The last answer may have been lost, and what was asked for have happened.
        if (!sent && !(stored && *stored && (*stored)->size == upload.size)) return sent.error();
        if (!stored) return stored.error();
        if (!*stored || (*stored)->size != upload.size) {
            return Error{Errc::unavailable, "S3: an object is not what was sent", {}};
        }
        return **stored;
    }

    Result<void> put(const std::string& object, const blobs::Finishing& upload) {
        const auto answer = there(client_->call(
            {.method = "PUT", .key = object, .body = {.file = upload.file, .size = upload.size}}));
        if (!answer) return answer.error();
        return {};
    }

    Result<void> put_parts(const std::string& object, const blobs::Finishing& upload) {
        const auto begun =
            there(client_->call({.method = "POST", .key = object, .query = {{"uploads", ""}}}));
        if (!begun) return begun.error();
        std::size_t at = 0;
        const auto id = element(begun->body, "UploadId", at);
        if (!id) return malformed();
        auto done = send_parts(object, *id, upload);
        if (!done) {
            // Its parts would be kept, and paid for, until the bucket's own rules end them.
            (void)client_->call({.method = "DELETE", .key = object, .query = {{"uploadId", *id}}});
        }
        return done;
    }

    Result<void> send_parts(const std::string& object, const std::string& id,
                            const blobs::Finishing& upload) {
        const std::uint64_t size =
            std::max<std::uint64_t>(part_bytes_, (upload.size + most_parts - 1) / most_parts);
        std::string list = "<CompleteMultipartUpload>";
        int number = 1;
        for (std::uint64_t offset = 0; offset < upload.size; offset += size, ++number) {
            const auto sent = there(client_->call(
                {.method = "PUT",
                 .key = object,
                 .query = {{"partNumber", std::to_string(number)}, {"uploadId", id}},
                 .body = {.file = upload.file,
                          .offset = offset,
                          .size = std::min<std::uint64_t>(size, upload.size - offset)}}));
            if (!sent) return sent.error();
            list += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" +
                    sent->etag + "</ETag></Part>";
        }
        list += "</CompleteMultipartUpload>";
        const auto completed = there(client_->call({.method = "POST",
                                                    .key = object,
                                                    .query = {{"uploadId", id}},
                                                    .body = {.text = std::move(list)}}));
        if (!completed) return completed.error();
        // It may fail after it was answered 200.
        if (completed->body.find("<Error>") != std::string::npos) {
            return blobs::S3Client::refused("S3: completing an upload", 200, completed->body);
        }
        return {};
    }

    const std::string prefix_;
    const bool links_;
    const std::size_t part_bytes_;
    const std::shared_ptr<blobs::S3Client> client_;
    blobs::Staging staging_;
};

std::optional<Error> refuse(const S3Options& options) {
    const auto is_endpoint = [](const std::string& url) {
        const auto at = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : 0;
        return at > 0 && url.size() > static_cast<std::size_t>(at) &&
               url.find_first_of("/?#@ \r\n", static_cast<std::size_t>(at)) == std::string::npos;
    };
    if (!is_endpoint(options.endpoint)) {
        return invalid_field("endpoint", "must be http:// or https:// HOST[:PORT], without a path");
    }
    if (!options.link_endpoint.empty() && !is_endpoint(options.link_endpoint)) {
        return invalid_field("link_endpoint",
                             "must be http:// or https:// HOST[:PORT], without a path");
    }
    const auto is_name = [](const std::string& text, std::string_view more) {
        return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
            return std::isalnum(c) != 0 || more.find(static_cast<char>(c)) != std::string::npos;
        });
    };
    if (options.bucket.size() < 3 || options.bucket.size() > 63 ||
        !is_name(options.bucket, ".-_")) {
        return invalid_field("bucket", "must be 3 to 63 letters, digits, dots and hyphens");
    }
    if (!is_name(options.prefix, "/._-")) return invalid_field("prefix", "is invalid");
    if (options.region.empty() || !is_name(options.region, "-_")) {
        return invalid_field("region", "is invalid");
    }
    const auto is_word = [](const std::string& text) {
        return std::all_of(text.begin(), text.end(),
                           [](unsigned char c) { return c > 32 && c < 127; });
    };
    if (options.access_key.empty() || !is_word(options.access_key)) {
        return invalid_field("access_key", "can't be blank");
    }
    if (options.secret_key.empty()) return invalid_field("secret_key", "can't be blank");
    if (!is_word(options.session_token)) return invalid_field("session_token", "is invalid");
    if (options.spool.empty()) return invalid_field("spool", "can't be blank");
    if (options.part_bytes < least_part_bytes && options.part_bytes != 0) {
        return invalid_field("part_bytes", "must be at least " + std::to_string(least_part_bytes));
    }
    if (options.attempts < 1) return invalid_field("attempts", "must be at least 1");
    return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<BlobStore>> make_s3_blobs(S3Options options) {
    if (options.part_bytes == 0) options.part_bytes = 8U << 20;
    if (auto refused = refuse(options)) return *std::move(refused);
    if (auto made = blobs::make_folders(options.spool); !made) return made.error();
    if (::access(options.spool.c_str(), R_OK | W_OK | X_OK) != 0) {
        return blobs::system_error("write to folder " + options.spool);
    }
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) return Error{Errc::unavailable, "libcurl cannot be used", {}};
    return std::shared_ptr<BlobStore>(std::make_shared<S3Blobs>(options));
}

}  // namespace whispr
