// `whispr token`: signs a token for any user with the development key of a data directory.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

namespace whispr_cli {

struct TokenOptions {
    std::string data_dir;
    std::string user;
    std::string device;  // none when empty
    std::string ttl = "30d";
    std::string audience = "whispr";
    std::string issuer = "whispr-auth";
};

// Writes the token and a line end to `out`, or what is wrong to `complaints`. 0, or 1 when there is
// no usable key, or 2 when an option is bad. One thread at a time per stream.
int write_token(const TokenOptions& options, std::chrono::system_clock::time_point now,
                std::ostream& out, std::ostream& complaints);

}  // namespace whispr_cli
