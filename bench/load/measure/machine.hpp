// What a table of measurements must name to mean anything: processor, cores, kernel, disk,
// compiler, versions.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace load {

/// Ordered pairs of what and value, such as {"cpu", "Intel ..."}. `work_dir` is where the servers
/// keep their data.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> describe_machine(
    const std::string& work_dir);

/// The first line a command prints, or empty: for `--version`.
[[nodiscard]] std::string first_line_of(const std::string& program, const std::string& argument);

}  // namespace load
