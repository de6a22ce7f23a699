// What is the directory's alone: several processes, their sudden end, and a full disk.
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <iostream>

#include "blob_store_contract.hpp"
#include "blobs/sha256.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

/// Runs `job` in a process of its own. The job says through the pipe how far it is.
class Child {
 public:
    template <class Job>
    explicit Child(Job job) {
        std::array<int, 2> pipe{};
        REQUIRE(::pipe(pipe.data()) == 0);
        process_ = ::fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) {
            ::close(pipe[0]);
            job([&] { (void)!::write(pipe[1], ".", 1); });
            ::_exit(0);
        }
        ::close(pipe[1]);
        said_ = pipe[0];
    }
    ~Child() { end(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Until it has said something so often.
    void await(int times) const {
        char byte = 0;
        for (int i = 0; i < times; ++i)
            REQUIRE(::read(said_, &byte, 1) == 1);
    }
    /// As kill -9 does.
    void end() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        ::close(said_);
        process_ = -1;
    }

 private:
    pid_t process_ = -1;
    int said_ = -1;
};

void every_blob_is_whole(BlobStore& store) {
    for (const StoredBlob& blob : take(store.blobs({}))) {
        CHECK(blobs::sha256(whole(store, blob.key)) == blob.key);
    }
}

}  // namespace

TEST_CASE("a process that is killed leaves its upload to the next one", "[blobs][directory]") {
    DirectoryBlobsUnderTest on;
    const UploadId id = next_upload();
    take(on.store().begin(id, "kept"));
    const std::string chunk = noise(10'000);
    Child child([&](const auto& say) {
        const auto writer = on.store().open(id);
        for (std::uint64_t at = 0;; at += chunk.size()) {
            if (!writer || !(*writer)->append(at, bytes_of(chunk))) ::_exit(1);
            say();
        }
    });
    child.await(20);
    CHECK(on.store().open(id).error().code == Errc::already_exists);
    child.end();
    const auto writer = take(on.store().open(id));
    CHECK(writer->size() >= 20 * chunk.size());
    take(writer->cut(20 * chunk.size()));
    std::string wanted;
    for (int i = 0; i < 20; ++i)
        wanted += chunk;
    const StoredBlob stored = take(writer->finish());
    CHECK(stored.key == blobs::sha256(wanted));
    CHECK((whole(on.store(), stored.key) == wanted));
}

TEST_CASE("a process that is killed at any moment leaves whole blobs alone", "[blobs][directory]") {
    DirectoryBlobsUnderTest on;
    const std::uint32_t first = 0x4000'0000;
    for (int round = 0; round < 10; ++round) {
        Child child([&](const auto& say) {
            for (unsigned i = 0;; ++i) {
                UploadId id = next_upload();
                id.uuid.bytes[8] = static_cast<std::uint8_t>(round + 1);
                if (!on.store().begin(id, "")) ::_exit(1);
                auto writer = on.store().open(id);
                const std::string bytes = noise(30'000, first + i);
                if (!writer || !(*writer)->append(0, bytes_of(bytes))) ::_exit(1);
                say();
                if (!(*writer)->finish()) ::_exit(1);
            }
        });
        child.await(3 + round);
        child.end();
        on.reopen();
        CHECK(take(on.store().blobs({})).size() >= 2U);
        every_blob_is_whole(on.store());
        // What was not finished can be.
        for (const StagedUpload& upload : take(on.store().uploads({}))) {
            const auto writer = take(on.store().open(upload.id));
            take(writer->finish());
        }
        CHECK(take(on.store().uploads({})).empty());
        every_blob_is_whole(on.store());
    }
}

TEST_CASE("on a full disk an upload stays as it was, and goes on when there is room",
          "[blobs][directory]") {
    const BlobFolder folder;
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
        std::cout << "a full disk was not tried: mounting one needs root\n";
        return;
    }
    {
        const auto store = take(make_directory_blobs(folder.path()));
        const UploadId other = next_upload();
        take(store->begin(other, ""));
        take(take(store->open(other))->append(0, bytes_of(noise(300'000))));
        const UploadId id = next_upload();
        take(store->begin(id, ""));
        const auto writer = take(store->open(id));
        const std::string chunk = noise(400'000, 2);
        take(writer->append(0, bytes_of(chunk)));
        const auto refused = writer->append(chunk.size(), bytes_of(chunk));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::unavailable);
        CHECK(refused.error().text.find("No space left") != std::string::npos);
        CHECK(writer->size() == chunk.size());
        CHECK(take(store->upload(id))->size == chunk.size());
        take(store->drop(other));
        take(writer->append(chunk.size(), bytes_of(chunk)));
        const StoredBlob stored = take(writer->finish());
        CHECK(stored.key == blobs::sha256(chunk + chunk));
    }
    CHECK(::umount(folder.path().c_str()) == 0);
}

TEST_CASE("a folder that cannot be used is named", "[blobs][directory]") {
    const auto made = make_directory_blobs("/proc/nothing/here");
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::unavailable);
    CHECK(made.error().text.find("/proc/nothing") != std::string::npos);
    CHECK(make_directory_blobs("").error().code == Errc::invalid);
}
