// A disk that fails, fills up, or loses its power while the engine writes.
#include <random>

#include <sqlite3.h>

#include "only_conversation.hpp"
#include "sqlite_fixture.hpp"
#include "support/unsynced_vfs.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A file on a disk whose power the test holds.
class OnDisk {
 public:
    OnDisk() {
        file.options.vfs = disk.name();
        file.open();
    }
    ~OnDisk() { file.close(); }

    /// As after a reboot: what had not reached the disk is gone.
    void cut_power(const std::function<bool()>& reaches = [] { return false; }) {
        disk.cut_power(reaches);
        file.close();
        disk.set_fault(nullptr);
        disk.restore_power();
        std::filesystem::remove(file.path() + "-shm");
        file.open();
    }

    UnsyncedVfs disk{"whispr-test-disk"};
    SqliteFixture file;
};

/// Sends until a call on the disk fails, cuts the power, and gives how many sends were answered and
/// how many are there.
std::pair<Mseq, Mseq> send_until_power_cut(OnDisk& on, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto calls_left = std::uniform_int_distribution<int>(1, 400)(random);
    on.disk.set_fault([calls_left](DiskCall, const std::string&) mutable {
        return --calls_left > 0 ? SQLITE_OK : SQLITE_IOERR;
    });
    Mseq acknowledged = 0;
    while (!on.file.send(std::string(random() % 20'000, 'x')))
        ++acknowledged;
    on.cut_power([&random] { return random() % 2 == 0; });
    const std::vector<Mseq> stored = on.file.stored();
    CHECK(stored == up_to(static_cast<Mseq>(stored.size())));
    return {acknowledged, static_cast<Mseq>(stored.size())};
}

}  // namespace

TEST_CASE("what was acknowledged survives a power cut", "[sqlite]") {
    OnDisk on;
    for (int i = 0; i < 20; ++i)
        REQUIRE_FALSE(on.file.send());
    on.cut_power();
    CHECK(on.file.stored() == up_to(20));
    REQUIRE_FALSE(on.file.send());
    CHECK(on.file.stored() == up_to(21));
}

TEST_CASE("every commit is flushed, and a reader flushes nothing", "[sqlite]") {
    OnDisk on;
    REQUIRE_FALSE(on.file.send());
    const int before = on.disk.flushes();
    REQUIRE_FALSE(on.file.send());
    CHECK(on.disk.flushes() > before);
    const int after = on.disk.flushes();
    CHECK(on.file.stored() == up_to(2));
    CHECK(on.disk.flushes() == after);
}

TEST_CASE("power cuts at any moment lose nothing that was acknowledged", "[sqlite]") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        OnDisk on;
        const auto [acknowledged, stored] = send_until_power_cut(on, seed);
        CHECK(stored >= acknowledged);
        CHECK(stored <= acknowledged + 1);
        REQUIRE_FALSE(on.file.send());
        on.file.close();
        CHECK(on.file.ask("PRAGMA integrity_check") == "ok");
    }
}

// Shows that the tests above would notice: this is what PRAGMA synchronous = OFF does.
TEST_CASE("a disk that ignores flushes loses what was acknowledged", "[sqlite]") {
    OnDisk on;
    REQUIRE_FALSE(on.file.send());
    on.disk.ignore_flushes(true);
    for (int i = 0; i < 20; ++i)
        REQUIRE_FALSE(on.file.send());
    on.cut_power();
    CHECK(on.file.stored().size() < 21);
}

TEST_CASE("without full flushing the last commits can be lost, but not the file", "[sqlite]") {
    UnsyncedVfs disk{"whispr-test-disk"};
    SqliteFixture file;
    file.options.vfs = disk.name();
    file.options.synchronous_full = false;
    file.open();
    for (int i = 0; i < 20; ++i)
        REQUIRE_FALSE(file.send());
    disk.cut_power();
    file.close();
    disk.restore_power();
    std::filesystem::remove(file.path() + "-shm");
    file.open();
    const std::vector<Mseq> stored = file.stored();
    CHECK(stored.size() < 20);
    CHECK(stored == up_to(static_cast<Mseq>(stored.size())));
    file.close();
}

TEST_CASE("a full disk refuses what does not fit and goes on when there is room again",
          "[sqlite]") {
    OnDisk on;
    REQUIRE_FALSE(on.file.send());
    on.disk.set_fault([](DiskCall call, const std::string&) {
        return call == DiskCall::write ? SQLITE_FULL : SQLITE_OK;
    });
    for (int i = 0; i < 3; ++i) {
        const std::optional<Error> error = on.file.send();
        REQUIRE(error);
        CHECK(error->code == Errc::unavailable);
        CHECK(contains(error->text, "the disk is full"));
        CHECK(contains(error->text, on.file.path()));
    }
    CHECK(on.file.stored() == up_to(1));
    on.disk.set_fault(nullptr);
    REQUIRE_FALSE(on.file.send());
    on.cut_power();
    CHECK(on.file.stored() == up_to(2));
}

TEST_CASE("a disk that cannot be read answers unavailable and recovers", "[sqlite]") {
    OnDisk on;
    for (int i = 0; i < 30; ++i)
        REQUIRE_FALSE(on.file.send(std::string(10'000, 'x')));
    on.file.close();
    on.file.open();
    on.disk.set_fault([](DiskCall call, const std::string&) {
        return call == DiskCall::read ? SQLITE_IOERR_READ : SQLITE_OK;
    });
    const auto access = on.file.reader->access(id<ConversationId>(1), user(1));
    REQUIRE_FALSE(access);
    CHECK(access.error().code == Errc::unavailable);
    CHECK(contains(access.error().text, "the disk failed"));
    on.disk.set_fault(nullptr);
    CHECK(on.file.stored() == up_to(30));
}

TEST_CASE("a failed flush leaves the outcome unknown and ends writing", "[sqlite]") {
    OnDisk on;
    REQUIRE_FALSE(on.file.send());
    on.disk.set_fault([](DiskCall call, const std::string&) {
        return call == DiskCall::flush ? SQLITE_IOERR_FSYNC : SQLITE_OK;
    });
    const std::optional<Error> failed = on.file.send();
    REQUIRE(failed);
    CHECK(failed->code == Errc::outcome_unknown);
    on.disk.set_fault(nullptr);
    const std::optional<Error> after = on.file.send();
    REQUIRE(after);
    CHECK(after->code == Errc::unavailable);
    CHECK(contains(after->text, "flush"));
    CHECK(on.file.stored().size() <= 2);

    on.file.close();
    on.file.open();
    CHECK_FALSE(on.file.send());
}

TEST_CASE("a checkpoint that fails is told by the health check", "[sqlite]") {
    OnDisk on;
    take(on.file.storage->ping());
    const std::string database = std::filesystem::weakly_canonical(on.file.path()).string();
    on.disk.set_fault([database](DiskCall call, const std::string& path) {
        return call == DiskCall::write && path == database ? SQLITE_FULL : SQLITE_OK;
    });
    Result<void> health;
    for (int i = 0; i < 3000 && health; ++i) {
        REQUIRE_FALSE(on.file.send(std::string(60'000, 'x')));
        health = on.file.storage->ping();
    }
    REQUIRE_FALSE(health);
    CHECK(health.error().code == Errc::unavailable);
    CHECK(contains(health.error().text, "checkpoint"));
    on.disk.set_fault(nullptr);
}
