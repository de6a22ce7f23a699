// The checksum that a client sends along with a part of its upload ("sha256 <base64>"), computed
// while the part is written.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace whisprd::media {

class UploadChecksum {
 public:
    // The algorithms, as the protocol lists them.
    static constexpr std::string_view algorithms = "sha1,sha256";

    // Nothing: malformed, or of another algorithm.
    [[nodiscard]] static std::optional<UploadChecksum> read(std::string_view header);

    void add(std::string_view bytes);
    // Whether what was added has the sum. Once.
    [[nodiscard]] bool matches();

 private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };

    std::string expected_;
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace whisprd::media
