// Where a JWKS document is read from: a file or an http(s) URL. Blocking, so only the refresher's
// thread calls it.
#pragma once

#include <atomic>
#include <memory>
#include <string>

namespace edge {

// What one attempt brought.
struct KeyFetch {
    enum class Outcome { changed, unchanged, failed };
    Outcome outcome = Outcome::failed;
    std::string text;  // the document when changed, the reason when failed
};

// One thread at a time calls fetch(); it returns early when `stop` becomes true.
class KeySource {
 public:
    KeySource() = default;
    KeySource(const KeySource&) = delete;
    KeySource& operator=(const KeySource&) = delete;
    virtual ~KeySource() = default;

    // The document, or that it is as before, or why there is none. Never throws.
    [[nodiscard]] virtual KeyFetch fetch(const std::atomic<bool>& stop) = 0;
};

// A source for `location`: one that begins with http:// or https:// is fetched (5 s for everything,
// no redirects, status 200, 256 KiB), anything else is the path of a file (256 KiB) that is read
// again when its time, size or inode changed.
[[nodiscard]] std::unique_ptr<KeySource> key_source(const std::string& location);

// `location` as it may be shown: without the user and password of a URL. Any thread.
[[nodiscard]] std::string without_credentials(std::string_view location);

}  // namespace edge
