// Bringing one's own parts: a sink that hears every event of every user (here it counts; it could
// feed a search index or a webhook), a clock that stands still, and storage wrapped to count its
// commits.
#include <atomic>
#include <iostream>

#include "whispr/adapters/local.hpp"
#include "whispr/adapters/memory.hpp"
#include "whispr/whispr.hpp"

namespace {

class CountingSink final : public whispr::SessionSink {
 public:
    std::atomic<int> messages{0};

    void deliver(const std::shared_ptr<const whispr::Events>& events) noexcept override {
        for (const whispr::Event& event : *events) {
            if (std::holds_alternative<whispr::MessageCreated>(event.what)) ++messages;
        }
    }
};

class StandingClock final : public whispr::Clock {
 public:
    whispr::Time now() noexcept override { return whispr::Time(std::chrono::days(20'000)); }
};

// Forwards everything to another lane and counts its commits.
class CountingLane final : public whispr::LaneStorage {
 public:
    CountingLane(std::unique_ptr<whispr::LaneStorage> lane, std::atomic<int>& commits)
        : lane_(std::move(lane)), commits_(commits) {}
    whispr::Result<whispr::Locked> begin(const whispr::LockKeys& keys) override {
        return lane_->begin(keys);
    }
    whispr::Result<whispr::Loaded> load(const whispr::LoadKeys& keys) override {
        return lane_->load(keys);
    }
    whispr::Result<void> write(const whispr::ChangeSet& changes) override {
        return lane_->write(changes);
    }
    whispr::Result<void> commit() override {
        ++commits_;
        return lane_->commit();
    }
    void rollback() noexcept override { lane_->rollback(); }

 private:
    std::unique_ptr<whispr::LaneStorage> lane_;
    std::atomic<int>& commits_;
};

class CountingStorage final : public whispr::Storage {
 public:
    std::atomic<int> commits{0};

    explicit CountingStorage(std::shared_ptr<whispr::Storage> storage)
        : storage_(std::move(storage)) {}
    std::size_t lanes() const noexcept override { return storage_->lanes(); }
    whispr::Result<std::unique_ptr<whispr::LaneStorage>> open_lane() override {
        auto lane = storage_->open_lane();
        if (!lane) return lane.error();
        return std::unique_ptr<whispr::LaneStorage>(
            std::make_unique<CountingLane>(*std::move(lane), commits));
    }
    whispr::Result<std::unique_ptr<whispr::ReadStorage>> open_reader() override {
        return storage_->open_reader();
    }
    whispr::Uuid epoch() const noexcept override { return storage_->epoch(); }
    whispr::Result<void> ping() override { return storage_->ping(); }

 private:
    std::shared_ptr<whispr::Storage> storage_;
};

}  // namespace

int main() {
    const auto clock = std::make_shared<StandingClock>();
    const auto storage = std::make_shared<CountingStorage>(whispr::make_memory_storage(clock));
    // The inline executor runs everything inside the calls, so answers are there when they return.
    auto engine = whispr::Engine::open({.storage = storage,
                                        .executor = whispr::make_inline_executor(),
                                        .clock = clock,
                                        .ids = whispr::make_uuid7_generator()});
    if (!engine) return 1;
    const auto sink = std::make_shared<CountingSink>();
    (*engine)->add_sink(sink);

    const whispr::Caller alice{*whispr::UserId::parse("11111111-1111-4111-8111-000000000001"), ""};
    const auto bob = *whispr::UserId::parse("11111111-1111-4111-8111-000000000002");
    whispr::ConversationId chat;
    (*engine)->conversations().create_direct(alice, {.other = bob},
                                             [&](const auto& created) { chat = created->id; });
    whispr::Time first{};
    whispr::Time second{};
    (*engine)->messages().send(alice, {.conversation = chat, .content = "one"},
                               [&](const auto& sent) { first = sent->message->sent_at; });
    (*engine)->messages().send(alice, {.conversation = chat, .content = "two"},
                               [&](const auto& sent) { second = sent->message->sent_at; });

    std::cout << sink->messages << " messages, " << storage->commits << " commits\n";
    // Even with a clock that stands still, messages are in order of time.
    return sink->messages == 2 && storage->commits == 3 && second > first ? 0 : 1;
}
