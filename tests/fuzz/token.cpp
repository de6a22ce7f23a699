#include "token.hpp"

#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = edge::parse_token(as_text(data, size));
    if (const auto* token = std::get_if<edge::ParsedToken>(&parsed)) {
        must(token->signature.size() == 64, "a signature is 64 bytes");
        must(token->claims.user_id.size() == 36, "a user is a UUID");
    }
    return 0;
}
