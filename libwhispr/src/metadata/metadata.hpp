// Metadata: a JSON object that applications attach to messages and conversations. It is kept as it
// came (numbers and strings to the letter), but for white space and repeated keys, of which the
// last wins.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whispr {

/// The object in the form that is stored; nothing when it is not a JSON object, or is larger or
/// deeper than limits::metadata_bytes and limits::metadata_depth allow.
[[nodiscard]] std::optional<std::string> normalise_metadata(std::string_view json);

/// `patch`'s keys over `base`'s, first level only. Requires: both normalised. Nothing when the
/// result is too large.
[[nodiscard]] std::optional<std::string> merge_metadata(std::string_view base,
                                                        std::string_view patch);

/// What stands under a key of the first level.
struct MetadataField {
    bool is_string = false;
    std::string text;  ///< decoded, when it is a string
};
/// Requires: normalised. Nothing when the key is missing or null.
[[nodiscard]] std::optional<MetadataField> metadata_field(std::string_view json,
                                                          std::string_view key);

/// All strings, decoded, that stand anywhere as a value. Requires: normalised.
[[nodiscard]] std::vector<std::string> metadata_strings(std::string_view json);

/// Sets a string under a key of the first level. Requires: normalised. Nothing when the value is
/// not UTF-8 or the result is too large.
[[nodiscard]] std::optional<std::string> with_metadata_string(std::string_view json,
                                                              std::string_view key,
                                                              std::string_view value);

}  // namespace whispr
