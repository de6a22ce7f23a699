#include "net/http_parser.hpp"

#include <algorithm>

#include "target.hpp"

// Fed in pieces whose size the first byte chooses: a parser must not care how its input is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = 1 + data[0] % 64;
    std::string_view input = as_text(data + 1, size - 1);
    net::HttpParser parser(2'048, 4'096);
    std::string pending;
    while (!input.empty()) {
        const std::size_t take = std::min(piece, input.size());
        pending += input.substr(0, take);
        input.remove_prefix(take);
        std::size_t consumed = 0;
        const auto state = parser.put(pending, consumed);
        must(consumed <= pending.size(), "takes no more than there is");
        if (state == net::HttpParser::State::failed) {
            must(parser.failure().status >= 400, "a failure has a status");
            return 0;
        }
        if (state == net::HttpParser::State::complete) {
            must(parser.body_received() <= 4'096, "the body is within its bound");
            return 0;
        }
        pending.erase(0, consumed);
    }
    return 0;
}
