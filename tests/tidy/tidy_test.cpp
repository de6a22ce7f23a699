// Holds the repository against the rules. What a rule means, and that it can fail, is in
// rules_test.cpp.

#define CATCH_CONFIG_MAIN
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>

#include "dependency_rules.hpp"
#include "header_rules.hpp"
#include "repository.hpp"
#include "size_rules.hpp"
#include "word_rules.hpp"

namespace {

constexpr std::size_t file_lines = 400;
constexpr std::size_t other_file_lines = 600;
constexpr std::size_t function_lines = 70;

struct Tree {
    std::vector<std::string> files;
    std::vector<tidy::SourceFile> sources;  ///< C++
    std::vector<tidy::SourceFile> scripts;  ///< JavaScript, which the splitter reads well enough
};

const Tree& tree() {
    static const Tree loaded = [] {
        const std::filesystem::path root = WHISPR_SOURCE_DIR;
        Tree found{tidy::list_files(root), {}, {}};
        for (const auto& path : found.files) {
            if (tidy::is_cpp(path)) found.sources.push_back(tidy::load_source(root, path));
            if (tidy::is_script(path)) found.scripts.push_back(tidy::load_source(root, path));
        }
        return found;
    }();
    return loaded;
}

// Not by INFO, which would break the lines.
void require_none(const tidy::Findings& findings) {
    std::cerr << tidy::to_text(findings);
    CHECK(findings.empty());
}

template <class Rule>
void require_clean(const std::vector<tidy::SourceFile>& sources, Rule rule) {
    tidy::Findings findings;
    for (const auto& source : sources) {
        const auto found = rule(source);
        findings.insert(findings.end(), found.begin(), found.end());
    }
    require_none(findings);
}

}  // namespace

TEST_CASE("the tree that is looked at is the repository") {
    const auto has = [](std::string_view path) {
        return std::binary_search(tree().files.begin(), tree().files.end(), path);
    };
    CHECK(has("CMakeLists.txt"));
    CHECK(has("libwhispr/include/whispr/engine.hpp"));
    CHECK(has("tests/tidy/tidy_test.cpp"));
    CHECK(tree().sources.size() > 20);
}

TEST_CASE("every include is one that the table of dependencies allows") {
    require_clean(tree().sources, [](const tidy::SourceFile& source) {
        return tidy::check_dependencies(source, tree().files, tidy::layers());
    });
}

TEST_CASE("no file is longer than it may be") {
    const auto short_enough = [](const tidy::SourceFile& source) {
        return check_file_length(source, file_lines);
    };
    require_clean(tree().sources, short_enough);
    require_clean(tree().scripts, short_enough);

    std::vector<tidy::SourceFile> others;
    for (const auto& path : tree().files) {
        const bool text = path.ends_with(".css") || path.ends_with(".html") ||
                          path.ends_with(".sql") || path.ends_with(".sh") ||
                          path.ends_with(".py") || path.ends_with(".cmake");
        if (text) others.push_back(tidy::load_source(WHISPR_SOURCE_DIR, path));
    }
    require_clean(others, [](const tidy::SourceFile& other) {
        return check_file_length(other, other_file_lines);
    });
}

TEST_CASE("half of the C++ files have at most 130 lines") {
    std::vector<std::size_t> lengths;
    for (const auto& source : tree().sources)
        lengths.push_back(source.lines.size());
    const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
    std::nth_element(lengths.begin(), middle, lengths.end());
    CHECK(*middle <= 130);
}

TEST_CASE("no function is longer than it may be") {
    require_clean(tree().sources, [](const tidy::SourceFile& source) {
        return check_function_length(source, function_lines);
    });
}

TEST_CASE("no banned word is written") {
    const auto clean = [](const tidy::SourceFile& source) {
        return check_words(source, tidy::banned_words());
    };
    require_clean(tree().sources, clean);
    require_clean(tree().scripts, clean);
}

TEST_CASE("files and folders are named after concepts") {
    tidy::Findings findings;
    for (const auto& path : tree().files) {
        // Recordings keep the names that they were delivered with.
        if (path.starts_with("tests/golden/recorded/")) continue;
        const auto found = tidy::check_name(path);
        findings.insert(findings.end(), found.begin(), found.end());
    }
    require_none(findings);
}

TEST_CASE("every public header introduces itself and needs the standard library alone") {
    std::vector<tidy::SourceFile> headers;
    std::copy_if(tree().sources.begin(), tree().sources.end(), std::back_inserter(headers),
                 [](const tidy::SourceFile& source) {
                     return source.path.starts_with("libwhispr/include/");
                 });
    CHECK_FALSE(headers.empty());
    require_clean(headers, tidy::check_public_header);
}
