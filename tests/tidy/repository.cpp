#include "repository.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace tidy {
namespace {

bool ends_with_any(std::string_view path,
                   std::initializer_list<std::string_view> endings) noexcept {
    return std::any_of(endings.begin(), endings.end(),
                       [path](std::string_view ending) { return path.ends_with(ending); });
}

// Folders that hold what was made or fetched, not written.
bool is_skipped(const std::string& name, bool at_root) {
    constexpr std::array<std::string_view, 3> anywhere{"node_modules", "__pycache__", "dist"};
    if (name.starts_with('.')) return name != ".ci";
    if (std::find(anywhere.begin(), anywhere.end(), name) != anywhere.end()) return true;
    return at_root && (name.starts_with("build") || name == "data");
}

}  // namespace

std::vector<std::string> list_files(const std::filesystem::path& root) {
    std::vector<std::string> files;
    auto it = std::filesystem::recursive_directory_iterator(root);
    for (const auto end = std::filesystem::end(it); it != end; ++it) {
        if (it->is_directory()) {
            if (is_skipped(it->path().filename().string(), it.depth() == 0))
                it.disable_recursion_pending();
        } else if (it->is_regular_file()) {
            files.push_back(it->path().lexically_relative(root).generic_string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool is_cpp(std::string_view path) noexcept {
    return ends_with_any(path, {".cpp", ".hpp", ".h", ".c", ".ipp"});
}

bool is_script(std::string_view path) noexcept {
    return ends_with_any(path, {".js", ".mjs", ".cjs"});
}

SourceFile load_source(const std::filesystem::path& root, const std::string& path) {
    std::ifstream in(root / path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return parse_source(path, text);
}

}  // namespace tidy
