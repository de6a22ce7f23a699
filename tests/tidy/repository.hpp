// The files of the repository, as they lie on the disk: without build folders, installed packages
// and hidden ones.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "source_file.hpp"

namespace tidy {

/// Paths from `root`, with slashes, sorted.
[[nodiscard]] std::vector<std::string> list_files(const std::filesystem::path& root);

[[nodiscard]] bool is_cpp(std::string_view path) noexcept;
[[nodiscard]] bool is_script(std::string_view path) noexcept;  ///< JavaScript

[[nodiscard]] SourceFile load_source(const std::filesystem::path& root, const std::string& path);

}  // namespace tidy
