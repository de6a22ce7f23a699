// What may be wrong with the file, and what the operator then reads.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "sqlite_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The refusal to open, which names the file.
Error refusal(SqliteFixture& file) {
    const auto opened = file.try_open();
    if (opened) FAIL("the file was opened");
    INFO(opened.error().text);
    CHECK(contains(opened.error().text, file.options.path));
    return opened.error();
}

void overwrite(const std::string& path, std::streamoff offset, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file << bytes;
    REQUIRE(file.good());
}

}  // namespace

TEST_CASE("a new file can be read by its owner alone", "[sqlite]") {
    SqliteFixture file;
    file.open();
    REQUIRE_FALSE(file.send());
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
        struct stat status {};
        REQUIRE(::stat((file.path() + suffix).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
}

TEST_CASE("closing leaves one file that holds everything", "[sqlite]") {
    SqliteFixture file;
    file.open();
    for (int i = 0; i < 3; ++i)
        REQUIRE_FALSE(file.send());
    file.close();
    CHECK_FALSE(std::filesystem::exists(file.path() + "-wal"));
    CHECK(file.ask("SELECT count(*) FROM messages") == "3");
    CHECK(file.ask("PRAGMA journal_mode") == "wal");
    CHECK(file.ask("PRAGMA integrity_check") == "ok");
    file.open();
    CHECK(file.stored() == std::vector<Mseq>{1, 2, 3});
}

TEST_CASE("a file that is open is refused to a second opener, by any name", "[sqlite]") {
    SqliteFixture file;
    file.open();
    SqliteFixture second;
    second.options.path = file.path();
    CHECK(refusal(second).code == Errc::unavailable);
    CHECK(contains(refusal(second).text, "in use"));
    const std::string link = file.path() + "-link";
    std::filesystem::create_symlink(file.path(), link);
    second.options.path = link;
    const auto opened = second.try_open();
    REQUIRE_FALSE(opened);
    CHECK(contains(opened.error().text, "in use"));

    file.reader.reset();
    file.storage.reset();
    CHECK_FALSE(second.try_open());
    file.close();
    CHECK(second.try_open());
}

TEST_CASE("a path that cannot be opened is refused in words", "[sqlite]") {
    SqliteFixture file;
    SECTION("no folder") {
        file.options.path = file.path() + "/missing/test.db";
        CHECK(refusal(file).code == Errc::unavailable);
    }
    SECTION("a folder") {
        file.options.path = std::filesystem::path(file.path()).parent_path().string();
        CHECK(refusal(file).code == Errc::unavailable);
        std::filesystem::remove(file.options.path + ".lock");
    }
    SECTION("nothing") {
        file.options.path = "";
        CHECK(refusal(file).code == Errc::unavailable);
    }
    SECTION("a path with a zero byte") {
        file.options.path += std::string(1, '\0') + "x";
        CHECK(file.try_open().error().code == Errc::unavailable);
    }
}

TEST_CASE("a folder or a file that may not be written is refused in words", "[sqlite]") {
    SqliteFixture file;
    file.open();
    file.close();
    const auto folder = std::filesystem::path(file.path()).parent_path();
    // Everybody may come this far, but nobody may write; and the superuser becomes somebody for a
    // moment.
    const uid_t me = ::geteuid();
    if (me == 0) REQUIRE(::chown(file.path().c_str(), 65534, 65534) == 0);
    REQUIRE(::chmod(folder.c_str(), 0555) == 0);
    std::string expected = "Permission denied";
    SECTION("the folder") {
        std::filesystem::remove(file.path() + ".lock");
    }
    SECTION("the file") {
        REQUIRE(::chmod((file.path() + ".lock").c_str(), 0666) == 0);
        REQUIRE(::chmod(file.path().c_str(), 0444) == 0);
    }
    if (me == 0) REQUIRE(::seteuid(65534) == 0);
    const auto opened = file.try_open();
    if (me == 0) REQUIRE(::seteuid(me) == 0);
    REQUIRE(::chmod(folder.c_str(), 0755) == 0);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::unavailable);
    CHECK(contains(opened.error().text, expected));
    CHECK(contains(opened.error().text, file.path()));
}

TEST_CASE("a file that is no database of ours is refused and left alone", "[sqlite]") {
    SqliteFixture file;
    std::string part;
    SECTION("no database at all") {
        std::ofstream(file.path()) << std::string(5000, 'x');
        part = "not a database";
    }
    SECTION("another program's") {
        file.run("PRAGMA application_id = 5");
        part = "another program";
    }
    SECTION("one that nobody marked, with tables") {
        file.run("CREATE TABLE users (id)");
        part = "another program";
    }
    const auto before = std::filesystem::file_size(file.path());
    const Error error = refusal(file);
    CHECK(error.code == Errc::internal);
    CHECK(contains(error.text, part));
    CHECK(std::filesystem::file_size(file.path()) == before);
}

TEST_CASE("an empty file becomes ours", "[sqlite]") {
    SqliteFixture file;
    std::ofstream(file.path()).flush();
    file.open();
    CHECK_FALSE(file.send());
    file.close();
    CHECK(file.ask("PRAGMA application_id") == std::to_string(0x57485350));
}

TEST_CASE("a damaged file answers errors, not wrong rows", "[sqlite]") {
    SqliteFixture file;
    file.open();
    for (int i = 0; i < 50; ++i)
        REQUIRE_FALSE(file.send(std::string(3000, 'x')));
    file.close();
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file.path()));
    // All pages but the first, which holds the schema.
    for (std::streamoff page = 4096; page < size; page += 4096) {
        overwrite(file.path(), page, std::string(200, '\xA5'));
    }
    const auto opened = file.try_open();
    if (!opened) {
        CHECK(opened.error().code == Errc::internal);
        CHECK(contains(opened.error().text, "damaged"));
        return;
    }
    const auto reader = take((*opened)->open_reader());
    const auto access = reader->access(id<ConversationId>(1), user(1));
    REQUIRE_FALSE(access);
    CHECK(access.error().code == Errc::internal);
    CHECK(contains(access.error().text, "damaged"));
    CHECK(contains(access.error().text, file.path()));
    const auto lane = take((*opened)->open_lane());
    CHECK(lane->begin({.conversations = {id<ConversationId>(1)}}).error().code == Errc::internal);
}

TEST_CASE("the log is copied back beside the commits", "[sqlite]") {
    SqliteFixture file;
    file.options.synchronous_full = false;
    file.open();
    constexpr std::uintmax_t copied = 3 * 1024 * 1024;
    const std::string content(60'000, 'x');
    int sends = 0;
    while (std::filesystem::file_size(file.path()) < copied && sends < 5000) {
        REQUIRE_FALSE(file.send(content));
        ++sends;
    }
    CHECK(std::filesystem::file_size(file.path()) >= copied);
    take(file.storage->ping());
    CHECK(file.stored().size() == static_cast<std::size_t>(sends));
}
