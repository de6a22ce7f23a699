// The way of bytes from a connection to the blob store, and the threads on it.
#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>

#include "media/spool.hpp"
#include "media/user_slots.hpp"
#include "media/worker_pool.hpp"

namespace {

using namespace whisprd::media;
using whispr::Errc;
using whispr::Error;
using whispr::Result;

// Remembers what was appended; may be stopped, and may fail.
class FakeWriter final : public whispr::BlobWriter {
 public:
    struct Store {
        std::mutex mutex;
        std::condition_variable changed;
        std::string bytes;
        bool stopped = false;
        bool fails = false;
        bool waits = false;  // a call stands at the stop

        void stop(bool on) {
            const std::lock_guard lock(mutex);
            stopped = on;
            changed.notify_all();
        }
        void wait_for_call() {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return waits; });
        }
    };
    explicit FakeWriter(Store& store) : store_(store) {}

    std::uint64_t size() const noexcept override { return store_.bytes.size(); }
    Result<void> append(std::uint64_t, std::span<const std::byte> bytes) override {
        std::unique_lock lock(store_.mutex);
        store_.waits = true;
        store_.changed.notify_all();
        store_.changed.wait(lock, [this] { return !store_.stopped; });
        store_.waits = false;
        if (store_.fails) return Error{Errc::unavailable, "disk full", {}};
        store_.bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    Result<void> cut(std::uint64_t) override { return {}; }
    int file() const noexcept override { return -1; }
    Result<whispr::BlobKey> digest() override { return whispr::BlobKey{}; }
    Result<whispr::StoredBlob> finish() override { return whispr::StoredBlob{}; }

 private:
    Store& store_;
};

using Ends = std::promise<Spool::End>;

std::shared_ptr<Spool> make_spool(WorkerPool& workers, FakeWriter::Store& store, Ends& ends) {
    Spool::Plan plan;
    plan.open = [&store]() -> Result<Spool::WriterPtr> {
        return Spool::WriterPtr(std::make_unique<FakeWriter>(store));
    };
    plan.ended = [&ends](Spool::End end) { ends.set_value(std::move(end)); };
    return std::make_shared<Spool>(workers, net::BodyControl(), std::move(plan));
}

std::string some_bytes(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>('a' + (i * 31 + i / 1000) % 26);
    return bytes;
}

}  // namespace

TEST_CASE("bytes reach the writer whole and in order") {
    FakeWriter::Store store;
    Ends ends;
    WorkerPool workers(2, 10);
    const std::string bytes = some_bytes(1'000'000);
    const auto spool = make_spool(workers, store, ends);
    for (std::size_t at = 0; at < bytes.size(); at += 16'000) {
        // Nobody resumes here: what is refused to be taken further was taken all the same.
        (void)spool->put(std::string_view(bytes).substr(at, 16'000));
    }
    spool->finish();
    const auto end = ends.get_future().get();
    CHECK(end.kind == Spool::End::Kind::complete);
    CHECK(end.writer != nullptr);
    CHECK(store.bytes == bytes);
}

TEST_CASE("while a piece is being written one more is taken, and then no more") {
    FakeWriter::Store store;
    Ends ends;
    WorkerPool workers(1, 10);
    store.stop(true);
    const auto spool = make_spool(workers, store, ends);
    const std::string piece = some_bytes(16 * 1024);
    for (int i = 0; i < 4; ++i)
        CHECK(spool->put(piece));
    store.wait_for_call();
    for (int i = 0; i < 3; ++i)
        CHECK(spool->put(piece));
    CHECK_FALSE(spool->put(piece));
    store.stop(false);
    spool->finish();
    CHECK(ends.get_future().get().kind == Spool::End::Kind::complete);
    CHECK(store.bytes.size() == 8 * piece.size());
}

TEST_CASE("what is abandoned has what had come") {
    FakeWriter::Store store;
    Ends ends;
    WorkerPool workers(1, 10);
    const auto spool = make_spool(workers, store, ends);
    CHECK(spool->put("only this"));
    spool->abandon();
    spool->abandon();
    const auto end = ends.get_future().get();
    CHECK(end.kind == Spool::End::Kind::abandoned);
    CHECK(store.bytes == "only this");
}

TEST_CASE("a writer that fails ends it once, and nothing more is taken") {
    FakeWriter::Store store;
    store.fails = true;
    Ends ends;
    WorkerPool workers(1, 10);
    const auto spool = make_spool(workers, store, ends);
    CHECK(spool->put(some_bytes(70'000)));
    const auto end = ends.get_future().get();
    CHECK(end.kind == Spool::End::Kind::failed);
    CHECK(end.error.text == "disk full");
    CHECK_FALSE(spool->put("more"));
    spool->finish();
    spool->abandon();
}

TEST_CASE("without a worker to be had it ends at once") {
    FakeWriter::Store store;
    Ends ends;
    WorkerPool workers(1, 10);
    workers.close();
    const auto spool = make_spool(workers, store, ends);
    spool->finish();
    const auto end = ends.get_future().get();
    CHECK(end.kind == Spool::End::Kind::failed);
    CHECK(end.error.code == Errc::overloaded);
}

TEST_CASE("a pool takes so much and no more, and forgets what waits when it closes") {
    WorkerPool workers(1, 2);
    std::promise<void> begun;
    std::promise<void> may_end;
    auto held = std::make_shared<int>(0);
    CHECK(workers.post([&] {
        begun.set_value();
        may_end.get_future().wait();
    }));
    begun.get_future().wait();
    CHECK(workers.post([held] { ++*held; }));
    CHECK(workers.post([held] { ++*held; }));
    CHECK_FALSE(workers.post([held] { ++*held; }));
    CHECK(workers.queued() == 2);
    std::thread closing([&] { workers.close(); });
    while (workers.queued() != 0)
        std::this_thread::yield();
    may_end.set_value();
    closing.join();
    CHECK(*held == 0);
    CHECK(held.use_count() == 1);
    CHECK_FALSE(workers.post([] {}));
}

TEST_CASE("a user has so many places, and gets them back") {
    const auto alice = *whispr::UserId::parse("01890000-0000-7000-8000-00000000000a");
    const auto bob = *whispr::UserId::parse("01890000-0000-7000-8000-00000000000b");
    UserSlots slots(2);
    auto first = slots.take(alice);
    const auto second = slots.take(alice);
    CHECK(first);
    CHECK(second);
    CHECK_FALSE(slots.take(alice));
    CHECK(slots.take(bob));
    CHECK(slots.taken() == 2);
    first.reset();
    CHECK(slots.take(alice));
}
