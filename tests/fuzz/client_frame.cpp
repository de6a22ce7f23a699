#include "phoenix/client_frame.hpp"

#include <span>

#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static edge::json::Document document;
    for (const auto dialect : {edge::phoenix::Dialect::v2, edge::phoenix::Dialect::v1}) {
        const auto decoded = edge::phoenix::decode_text(document, as_text(data, size), dialect);
        if (decoded.fault == edge::phoenix::FrameFault::none) {
            must(!decoded.frame.event.empty() || decoded.frame.event.data() != nullptr,
                 "a good frame names its event");
            must(decoded.frame.ref.size() <= edge::phoenix::max_ref_bytes + 2, "refs are bounded");
        }
        edge::phoenix::BinaryRefs refs;
        (void)edge::phoenix::decode_binary(std::as_bytes(std::span(data, size)), dialect, refs);
    }
    return 0;
}
