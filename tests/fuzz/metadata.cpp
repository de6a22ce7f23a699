#include "metadata/metadata.hpp"

#include "target.hpp"
#include "whispr/limits.hpp"

// What is accepted is stored, so it must be a fixed point and merge with itself to itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto once = whispr::normalise_metadata(as_text(data, size));
    if (!once) return 0;
    must(once->size() <= whispr::limits::metadata_bytes, "within the bound");
    must(whispr::normalise_metadata(*once) == once, "normalising twice changes nothing");
    must(whispr::merge_metadata(*once, *once) == once, "merging with itself changes nothing");
    (void)whispr::metadata_field(*once, "name");
    if (const auto named = whispr::with_metadata_string(*once, "name", "n\"\\\x01")) {
        const auto field = whispr::metadata_field(*named, "name");
        must(field && field->is_string && field->text == "n\"\\\x01", "a string comes back");
    }
    return 0;
}
