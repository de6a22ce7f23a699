#include "jwks_source.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "curl_library.hpp"

namespace edge {

namespace {

constexpr std::size_t max_document_bytes = 256 * 1024;
constexpr long fetch_timeout_ms = 5'000;

KeyFetch failure(std::string text) {
    return {KeyFetch::Outcome::failed, std::move(text)};
}

// A descriptor that closes itself.
struct OpenFile {
    int descriptor;
    explicit OpenFile(const char* path)
        : descriptor(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

class FileKeySource final : public KeySource {
 public:
    explicit FileKeySource(std::string path) : path_(std::move(path)) {}

    KeyFetch fetch(const std::atomic<bool>&) override {
        const OpenFile file(path_.c_str());
        struct stat status {};
        if (file.descriptor < 0 || ::fstat(file.descriptor, &status) != 0) {
            return failure("cannot open " + path_ + ": " + std::strerror(errno));
        }
        if (!S_ISREG(status.st_mode)) return failure(path_ + " is not a plain file");
        const Version version{status.st_ino, status.st_size, status.st_mtim.tv_sec,
                              status.st_mtim.tv_nsec};
        if (version_ == version) return {KeyFetch::Outcome::unchanged, {}};
        std::string text;
        std::array<char, 4096> piece;
        for (;;) {
            const ssize_t count = ::read(file.descriptor, piece.data(), piece.size());
            if (count == 0) break;
            if (count < 0) return failure("cannot read " + path_ + ": " + std::strerror(errno));
            text.append(piece.data(), static_cast<std::size_t>(count));
            if (text.size() > max_document_bytes) return failure(path_ + " is larger than 256 KiB");
        }
        version_ = version;
        return {KeyFetch::Outcome::changed, std::move(text)};
    }

 private:
    struct Version {
        ino_t inode;
        off_t size;
        time_t seconds;
        long nanoseconds;
        bool operator==(const Version&) const = default;
    };

    std::string path_;
    std::optional<Version> version_;
};

struct CurlFree {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// Both are called by libcurl while it works on a fetch.
std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& text = *static_cast<std::string*>(target);
    if (text.size() + size * count > max_document_bytes) return 0;
    text.append(bytes, size * count);
    return size * count;
}

int stop_when_told(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(stop)->load(std::memory_order_relaxed) ? 1 : 0;
}

class UrlKeySource final : public KeySource {
 public:
    explicit UrlKeySource(std::string url)
        : url_(std::move(url)), shown_(without_credentials(url_)) {
        start_curl();
    }

    KeyFetch fetch(const std::atomic<bool>& stop) override {
        const std::unique_ptr<CURL, CurlFree> handle(curl_easy_init());
        if (!handle) return failure("libcurl did not start");
        std::string text;
        std::array<char, CURL_ERROR_SIZE> reason{};
        CURL* curl = handle.get();
        curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        // A redirect could lead from https to http or to an inner address; a key server has no need
        // of one.
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, fetch_timeout_ms);
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "whisprd");
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason.data());
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &text);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &stop_when_told);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop));
        const CURLcode code = curl_easy_perform(curl);
        if (code == CURLE_WRITE_ERROR) return failure(shown_ + " sent more than 256 KiB");
        if (code != CURLE_OK) {
            return failure("cannot fetch " + shown_ + ": " +
                           (reason[0] != '\0' ? reason.data() : curl_easy_strerror(code)));
        }
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (status != 200) return failure(shown_ + " answered " + std::to_string(status));
        return {KeyFetch::Outcome::changed, std::move(text)};
    }

 private:
    std::string url_;
    std::string shown_;
};

}  // namespace

std::unique_ptr<KeySource> key_source(const std::string& location) {
    if (location.starts_with("http://") || location.starts_with("https://")) {
        return std::make_unique<UrlKeySource>(location);
    }
    return std::make_unique<FileKeySource>(location);
}

std::string without_credentials(std::string_view location) {
    const std::size_t parameters = std::min(location.find('?'), location.size());
    if (location.find("password=", parameters) != std::string_view::npos)
        location = location.substr(0, parameters);
    const std::size_t scheme = location.find("://");
    if (scheme == std::string_view::npos) return std::string(location);
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(location.find_first_of("/?#", begin), location.size());
    const std::size_t at = location.substr(begin, end - begin).rfind('@');
    if (at == std::string_view::npos) return std::string(location);
    return std::string(location.substr(0, begin)) + std::string(location.substr(begin + at + 1));
}

}  // namespace edge
