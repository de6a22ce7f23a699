// An HTTP server that answers each request with the next of its script: only for faults, it looks
// at no signature.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace whispr::test {

class FailingS3 {
 public:
    /// Raw answers, one for each request; an empty one is never given, and the request waits.
    explicit FailingS3(std::vector<std::string> answers);
    ~FailingS3();
    FailingS3(const FailingS3&) = delete;
    FailingS3& operator=(const FailingS3&) = delete;

    [[nodiscard]] std::string url() const;
    /// The heads of the requests so far.
    [[nodiscard]] std::vector<std::string> requests() const;

 private:
    void serve();

    const std::vector<std::string> answers_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> waiting_;
    std::thread thread_;
};

/// An answer after which the connection is closed; `size` is what it claims of its body.
[[nodiscard]] std::string answer(int status, const std::string& body, std::size_t size);
[[nodiscard]] inline std::string answer(int status, const std::string& body = {}) {
    return answer(status, body, body.size());
}

}  // namespace whispr::test
