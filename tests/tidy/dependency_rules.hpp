// Which folder may include what: the table of who depends on whom, held against every #include.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source_file.hpp"

namespace tidy {

/// What the files below a folder may include beside the standard library and each other.
struct Layer {
    std::string_view folder;
    std::vector<std::string_view> folders;    ///< of ours
    std::vector<std::string_view> libraries;  ///< of others, by the names of library_of()
};

/// The table. A file belongs to the layer with the longest folder that it is below.
[[nodiscard]] const std::vector<Layer>& layers();

[[nodiscard]] bool is_standard_header(std::string_view target) noexcept;

/// The library that an included header belongs to, "posix" for the system's own; empty when it is
/// not known.
[[nodiscard]] std::string_view library_of(std::string_view target) noexcept;

/// The file of ours that an #include in `from` means: the one with that ending that lies nearest.
/// Empty when none does.
[[nodiscard]] std::string_view resolve(std::string_view from, std::string_view target,
                                       const std::vector<std::string>& files);

/// `files`: every file of the repository.
[[nodiscard]] Findings check_dependencies(const SourceFile& file,
                                          const std::vector<std::string>& files,
                                          const std::vector<Layer>& table);

}  // namespace tidy
