// Words that are not written here, each with what is written instead.
#pragma once

#include <string_view>
#include <vector>

#include "source_file.hpp"

namespace tidy {

struct BannedWord {
    std::string_view word;                    ///< matched at identifier boundaries
    std::string_view instead;                 ///< what to write
    bool in_comments = false;                 ///< comments count too
    std::vector<std::string_view> folders{};  ///< only below these; empty: everywhere
    std::vector<std::string_view>
        excepted{};  ///< files (without their ending) and folders that may
};

[[nodiscard]] const std::vector<BannedWord>& banned_words();

[[nodiscard]] Findings check_words(const SourceFile& file, const std::vector<BannedWord>& words);

/// The path of any file: no part of it may be a word that says a kind instead of a concept.
[[nodiscard]] Findings check_name(std::string_view path);

}  // namespace tidy
