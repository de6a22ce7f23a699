#include "dev_keys.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "authenticator.hpp"
#include "scratch_directory.hpp"
#include "token_fixture.hpp"

using namespace edge;
using edge_test::alice;
using edge_test::noon;
using edge_test::ScratchDirectory;
namespace fs = std::filesystem;

namespace {

DevKeys opened(std::variant<DevKeys, std::string> result) {
    INFO((std::holds_alternative<std::string>(result) ? std::get<std::string>(result) : ""));
    REQUIRE(std::holds_alternative<DevKeys>(result));
    return std::get<DevKeys>(std::move(result));
}

std::string complaint(const std::variant<DevKeys, std::string>& result) {
    REQUIRE(std::holds_alternative<std::string>(result));
    return std::get<std::string>(result);
}

unsigned mode_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("the first start makes a directory and a key for their owner only") {
    const ScratchDirectory scratch;
    const fs::path dir = scratch.path() / "a" / "data";
    const DevKeys first = opened(DevKeys::open_or_create(dir));
    CHECK(mode_of(dir) == 0700);
    CHECK(mode_of(dir / DevKeys::file_name) == 0600);
    CHECK(std::distance(fs::directory_iterator(dir), {}) == 1);
    CHECK(opened(DevKeys::open_or_create(dir)).jwks() == first.jwks());
    CHECK(opened(DevKeys::open(dir)).jwks() == first.jwks());
}

TEST_CASE("opening alone makes nothing") {
    const ScratchDirectory scratch;
    CHECK_THAT(complaint(DevKeys::open(scratch.path() / "none")),
               Catch::Contains("start whisprd with --dev"));
    CHECK_FALSE(fs::exists(scratch.path() / "none"));
}

TEST_CASE("a minted token passes the authenticator that has its keys") {
    const ScratchDirectory scratch;
    const DevKeys keys = opened(DevKeys::open_or_create(scratch.path() / "data"));
    KeyStore store;
    store.replace(parse_key_set(keys.jwks()).keys);
    CHECK(store.snapshot().keys->same_keys(keys.key_set()));
    Authenticator authenticator(store, {});
    TokenRequest request;
    request.user_id = alice;
    request.device_id = R"(my "phone"\1)";
    request.lifetime = std::chrono::minutes(1);
    const auto result =
        authenticator.authenticate_token(keys.mint(request, noon), TokenUse::rest, noon);
    CHECK(result == Authentication{Identity{alice, std::nullopt, noon + std::chrono::minutes(1)}});
    request.device_id = R"("phone"\1)";
    const auto named =
        authenticator.authenticate_token(keys.mint(request, noon), TokenUse::rest, noon);
    CHECK(named == Authentication{Identity{alice, R"("phone"\1)", noon + std::chrono::minutes(1)}});
}

TEST_CASE("a key file that others may read is refused") {
    const ScratchDirectory scratch;
    const fs::path dir = scratch.path() / "data";
    opened(DevKeys::open_or_create(dir));
    const auto more =
        GENERATE(fs::perms::group_read, fs::perms::others_read, fs::perms::group_write);
    fs::permissions(dir / DevKeys::file_name, more, fs::perm_options::add);
    CHECK_THAT(complaint(DevKeys::open_or_create(dir)), Catch::Contains("0600"));
    CHECK_THAT(complaint(DevKeys::open(dir)), Catch::Contains("0600"));
}

TEST_CASE("a key file that is a link, a folder or no key is refused and kept") {
    const ScratchDirectory scratch;
    const fs::path dir = scratch.path() / "data";
    opened(DevKeys::open_or_create(dir));
    const fs::path key = dir / DevKeys::file_name;
    fs::rename(key, dir / "elsewhere");
    fs::create_symlink(dir / "elsewhere", key);
    CHECK_FALSE(complaint(DevKeys::open_or_create(dir)).empty());
    fs::remove(key);
    fs::create_directory(key);
    CHECK_FALSE(complaint(DevKeys::open_or_create(dir)).empty());
    fs::remove(key);
    std::ofstream(key) << "not a key";
    fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
    CHECK_THAT(complaint(DevKeys::open_or_create(dir)),
               Catch::Contains("holds no unencrypted P-256 private key"));
    CHECK(fs::file_size(key) == 9);
}

TEST_CASE("a data directory that others may write is refused") {
    const ScratchDirectory scratch;
    const fs::path dir = scratch.path() / "data";
    fs::create_directory(dir);
    fs::permissions(dir, fs::perms::others_write, fs::perm_options::add);
    CHECK_THAT(complaint(DevKeys::open_or_create(dir)), Catch::Contains("0700"));
}

TEST_CASE("two starts at once get the same key") {
    const ScratchDirectory scratch;
    const fs::path dir = scratch.path() / "data";
    std::array<std::string, 4> seen;
    std::vector<std::thread> threads;
    for (std::string& jwks : seen) {
        threads.emplace_back([&] {
            auto keys = DevKeys::open_or_create(dir);
            if (const auto* good = std::get_if<DevKeys>(&keys)) jwks = good->jwks();
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK_FALSE(seen[0].empty());
    for (const std::string& jwks : seen)
        CHECK(jwks == seen[0]);
}
