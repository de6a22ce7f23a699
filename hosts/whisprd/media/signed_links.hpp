// Links that open one file for a time without a token: for an <img>, another program, a viewer.
// They name the user whose right they carry, and end with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/ids.hpp"

namespace whisprd::media {

class SignedLinks {
 public:
    // The first key signs, all of them are accepted. Without any a key is drawn that ends with the
    // process. Any thread, all members.
    explicit SignedLinks(std::vector<std::string> keys);

    // What a link says.
    struct Claim {
        std::string_view path;  // "/attachments/<id>/download"
        whispr::UserId user;
        std::int64_t expires = 0;  // seconds since 1970
    };
    // "user=...&expires=...&signature=..."
    [[nodiscard]] std::string query(const Claim& claim) const;

    // Whether one of the keys made this signature for the claim; whether its time is over is not
    // looked at.
    [[nodiscard]] bool is_genuine(const Claim& claim, std::string_view signature) const;

 private:
    std::vector<std::string> keys_;
};

}  // namespace whisprd::media
