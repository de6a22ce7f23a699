#include "jwks_source.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "scratch_directory.hpp"

using namespace edge;
using Outcome = KeyFetch::Outcome;

namespace {

const std::atomic<bool> never{false};

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("a key file is read once and again when it changed") {
    const edge_test::ScratchDirectory directory;
    const auto path = directory.path() / "jwks.json";
    write(path, "first");
    const auto source = key_source(path.string());
    const KeyFetch first = source->fetch(never);
    CHECK(first.outcome == Outcome::changed);
    CHECK(first.text == "first");
    CHECK(source->fetch(never).outcome == Outcome::unchanged);
    write(path, "second, longer");
    CHECK(source->fetch(never).text == "second, longer");
}

TEST_CASE("a key file that was replaced by one of the same size is read again") {
    const edge_test::ScratchDirectory directory;
    const auto path = directory.path() / "jwks.json";
    write(path, "first");
    const auto source = key_source(path.string());
    REQUIRE(source->fetch(never).text == "first");
    write(directory.path() / "new", "other");
    std::filesystem::rename(directory.path() / "new", path);
    CHECK(source->fetch(never).text == "other");
}

TEST_CASE("a key file that cannot be read says why") {
    const edge_test::ScratchDirectory directory;
    const KeyFetch missing = key_source((directory.path() / "none").string())->fetch(never);
    CHECK(missing.outcome == Outcome::failed);
    CHECK_THAT(missing.text, Catch::Contains("No such file"));
    const KeyFetch folder = key_source(directory.path().string())->fetch(never);
    CHECK(folder.outcome == Outcome::failed);
    CHECK_THAT(folder.text, Catch::Contains("not a plain file"));
}

TEST_CASE("a key file beyond 256 KiB is refused") {
    const edge_test::ScratchDirectory directory;
    const auto path = directory.path() / "jwks.json";
    write(path, std::string(256 * 1024 + 1, ' '));
    const KeyFetch fetch = key_source(path.string())->fetch(never);
    CHECK(fetch.outcome == Outcome::failed);
    CHECK_THAT(fetch.text, Catch::Contains("larger than 256 KiB"));
}

TEST_CASE("user and password of a URL are not shown") {
    CHECK(without_credentials("https://user:secret@keys.example/jwks?x=1") ==
          "https://keys.example/jwks?x=1");
    CHECK(without_credentials("https://a@b@keys.example") == "https://keys.example");
    CHECK(without_credentials("https://keys.example/a@b") == "https://keys.example/a@b");
    CHECK(without_credentials("/etc/a@b") == "/etc/a@b");
}
