#include "s3_client.hpp"

#include <algorithm>
#include <string_view>
#include <thread>

#include "files.hpp"
#include "sha256.hpp"

namespace whispr::blobs {

namespace {

constexpr std::size_t idle_connections = 8;

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// What a request reads from while it is sent.
struct Source {
    const S3Body* body = nullptr;
    std::uint64_t sent = 0;

    [[nodiscard]] std::uint64_t size() const {
        return body->file < 0 ? body->text.size() : body->size;
    }
};

std::size_t on_send(char* into, std::size_t one, std::size_t count, void* context) {
    auto& source = *static_cast<Source*>(context);
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(one * count, source.size() - source.sent));
    if (source.body->file < 0) {
        source.body->text.copy(into, wanted, source.sent);
        source.sent += wanted;
        return wanted;
    }
    const auto got = read_at(source.body->file, source.body->offset + source.sent,
                             std::as_writable_bytes(std::span(into, wanted)));
    if (!got || *got != wanted) return CURL_READFUNC_ABORT;
    source.sent += wanted;
    return wanted;
}

int on_seek(void* context, curl_off_t offset, int origin) {
    if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    static_cast<Source*>(context)->sent = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* context) {
    auto& body = *static_cast<std::string*>(context);
    const std::size_t size = one * count;
    if (body.size() + size > S3Client::answer_bytes) return 0;
    body.append(bytes, size);
    return size;
}

std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* context) {
    std::string line(bytes, one * count);
    std::transform(
        line.begin(),
        line.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(line.size(), 20)),
        line.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto& answer = *static_cast<S3Answer*>(context);
    const auto value = [&](std::string_view name) -> std::optional<std::string> {
        if (!line.starts_with(name)) return std::nullopt;
        const auto begin = line.find_first_not_of(' ', name.size());
        const auto end = line.find_last_not_of("\r\n ");
        if (begin == std::string::npos || end < begin) return std::string();
        return line.substr(begin, end - begin + 1);
    };
    if (const auto etag = value("etag:")) answer.etag = *etag;
    if (const auto date = value("last-modified:")) {
        answer.modified_at = Time{std::chrono::seconds(curl_getdate(date->c_str(), nullptr))};
    }
    return line.size();
}

std::string what_of(const S3Call& call) {
    return "S3: " + call.method + (call.key.empty() ? " of the bucket" : " of an object");
}

void append(HeaderList& list, const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return;
    (void)list.release();
    list.reset(longer);
}

}  // namespace

S3Client::S3Client(S3Options options)
    : options_(std::move(options)),
      credentials_{options_.region, options_.access_key, options_.secret_key,
                   options_.session_token} {}

S3Client::Place S3Client::place_of(const std::string& endpoint, const std::string& key) const {
    const auto slashes = endpoint.find("://");
    const std::string scheme = endpoint.substr(0, slashes + 3);
    Place place;
    place.host = endpoint.substr(slashes + 3);
    if (!options_.path_style) place.host = options_.bucket + "." + place.host;
    place.path = options_.path_style ? "/" + encoded(options_.bucket) : "";
    if (!key.empty() || !options_.path_style) place.path += "/" + encoded(key, true);
    place.url = scheme + place.host + place.path;
    return place;
}

HeaderList S3Client::prepare(CURL* easy, const S3Call& call, const BlobKey& payload) const {
    const Place place = place_of(options_.endpoint, call.key);
    const std::string query = query_text(call.query);
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, (place.url + (query.empty() ? "" : "?" + query)).c_str());
    // The path is signed as it is written.
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 32L << 10);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 64L << 10);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                     static_cast<long>(options_.idle_timeout.count()));
    if (!options_.ca_file.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    }
    const S3Request request{call.method, place.host, place.path, call.query};
    HeaderList list;
    for (const auto& [name, value] : signed_headers(request, payload, credentials_, now()))
        append(list, name + ": " + value);
    append(list, "expect:");
    return list;
}

Result<S3Answer> S3Client::try_once(CURL* easy, const S3Call& call, const BlobKey& payload,
                                    bool& again) const {
    HeaderList headers = prepare(easy, call, payload);
    S3Answer answer;
    Source source{&call.body, 0};
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &answer);
    if (call.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (call.method == "PUT") {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(source.size()));
    } else if (call.method == "POST") {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(source.size()));
        append(headers, "content-type: application/xml");
    } else if (call.method != "GET") {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_READDATA, &source);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, &source);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    const CURLcode code = curl_easy_perform(easy);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, nullptr);
    if (code != CURLE_OK) {
        again = code != CURLE_PEER_FAILED_VERIFICATION && code != CURLE_SSL_CACERT_BADFILE &&
                code != CURLE_ABORTED_BY_CALLBACK;
        return failed(what_of(call), code);
    }
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_off_t length = -1;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length >= 0) answer.size = static_cast<std::uint64_t>(length);
    // An answer that was cut off in its head looks like one without a body.
    if (call.method == "HEAD" && answer.status == 200 && !answer.size) {
        again = true;
        return Error{Errc::unavailable, what_of(call) + " was answered without a size", {}};
    }
    const bool fine = (answer.status >= 200 && answer.status < 300) || answer.status == 404;
    if (fine) return answer;
    again = may_pass(answer.status);
    return refused(what_of(call), answer.status, answer.body);
}

Result<S3Answer> S3Client::call(const S3Call& call) {
    BlobKey payload = sha256(call.body.text);
    if (call.body.file >= 0) {
        const auto hashed = sha256_of_file(call.body.file, call.body.offset, call.body.size);
        if (!hashed) return hashed.error();
        payload = *hashed;
    }
    Easy easy = take();
    if (!easy) return Error{Errc::unavailable, what_of(call) + ": no memory", {}};
    for (int attempts = 1;; ++attempts) {
        bool again = false;
        auto answer = try_once(easy.get(), call, payload, again);
        if (answer || !again || !wait_after(attempts)) {
            if (answer) give_back(std::move(easy));
            return answer;
        }
    }
}

std::pair<Easy, HeaderList> S3Client::get_from(const std::string& key, std::uint64_t offset) {
    Easy easy(curl_easy_init());
    HeaderList headers;
    if (easy) {
        headers = prepare(easy.get(), {.key = key}, sha256(""));
        append(headers, "range: bytes=" + std::to_string(offset) + "-");
        curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    }
    return {std::move(easy), std::move(headers)};
}

std::string S3Client::link(const std::string& key, Pairs query,
                           std::chrono::seconds lifetime) const {
    const Place place = place_of(options_.link_endpoint, key);
    const S3Request request{"GET", place.host, place.path, std::move(query)};
    return place.url + "?" + signed_query(request, lifetime, credentials_, now());
}

bool S3Client::wait_after(int attempts) {
    if (attempts >= options_.attempts) return false;
    const auto longest = options_.first_pause * (1 << std::min(attempts - 1, 6));
    std::chrono::milliseconds pause;
    {
        const std::lock_guard lock(mutex_);
        pause = std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(
            longest.count() / 2, longest.count())(random_));
    }
    std::this_thread::sleep_for(pause);
    return true;
}

Error S3Client::refused(const std::string& what, long status, const std::string& body) {
    std::string text = what + " was answered " + std::to_string(status);
    const auto begin = body.find("<Code>");
    const auto end = body.find("</Code>");
    // A short word; everything else of the answer may hold what was signed.
    if (begin != std::string::npos && end != std::string::npos && end > begin + 6 &&
        end - begin < 70) {
        const std::string code = body.substr(begin + 6, end - begin - 6);
        const bool word = std::all_of(code.begin(), code.end(),
                                      [](unsigned char c) { return std::isalnum(c) != 0; });
        if (word) text += " " + code;
    }
    if (status == 403) text += ": check the keys, their rights, the region and the clock";
    return Error{Errc::unavailable, text, {}};
}

Error S3Client::failed(const std::string& what, CURLcode code) {
    return Error{Errc::unavailable, what + " failed: " + curl_easy_strerror(code), {}};
}

Easy S3Client::take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return Easy(curl_easy_init());
    Easy easy = std::move(idle_.back());
    idle_.pop_back();
    return easy;
}

void S3Client::give_back(Easy easy) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < idle_connections) idle_.push_back(std::move(easy));
}

}  // namespace whispr::blobs
