// The engine: conversations, messages, receipts, reactions and presence of one store. Commands go
// to a lane, which takes all that have queued up and runs them as one batch in one transaction;
// their answers come after the commit.
//
//     auto storage = whispr::make_memory_storage(whispr::make_system_clock());
//     auto engine = whispr::Engine::open(whispr::local_engine_options(storage));
//     engine.value()->messages().send(caller, {.conversation = id, .content = "hi"}, [](auto sent)
//     { ... });
#pragma once

#include <cstdint>
#include <memory>

#include "whispr/attachments.hpp"
#include "whispr/conversations.hpp"
#include "whispr/drafts.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"
#include "whispr/moderation.hpp"
#include "whispr/pins.hpp"
#include "whispr/ports/clock.hpp"
#include "whispr/ports/contacts.hpp"
#include "whispr/ports/event_bus.hpp"
#include "whispr/ports/executor.hpp"
#include "whispr/ports/id_generator.hpp"
#include "whispr/ports/log_sink.hpp"
#include "whispr/ports/session_sink.hpp"
#include "whispr/ports/signature_verifier.hpp"
#include "whispr/ports/storage.hpp"
#include "whispr/presence.hpp"
#include "whispr/reactions.hpp"
#include "whispr/receipts.hpp"
#include "whispr/schedules.hpp"
#include "whispr/search.hpp"
#include "whispr/sender_keys.hpp"
#include "whispr/sync.hpp"

namespace whispr {

/// Everything but `log`, `signatures`, `contacts` and `bus` is needed; local_engine_options
/// (whispr/adapters/local.hpp) fills in what one process needs.
struct EngineOptions {
    std::shared_ptr<Storage> storage{};
    std::shared_ptr<Executor> executor{};
    std::shared_ptr<Clock> clock{};
    std::shared_ptr<IdGenerator> ids{};
    std::shared_ptr<LogSink> log{};
    std::shared_ptr<SignatureVerifier> signatures{};  ///< null: signatures are stored unchecked
    std::shared_ptr<Contacts> contacts{};             ///< null: nobody has blocked anybody
    std::shared_ptr<EventBus> bus{};                  ///< null: no other process uses the store
    Limits limits{};
};

/// Figures since the engine was opened; read without stopping anything, so they may be a moment
/// apart.
struct EngineStats {
    std::uint64_t commands = 0;  ///< answered by lanes
    std::uint64_t refused = 0;   ///< of these, with an error
    std::uint64_t batches = 0;   ///< committed
    std::uint64_t batch_reruns =
        0;  ///< batches that the database refused and that were run command by command
    std::uint64_t commit_microseconds = 0;  ///< spent in write and commit
    std::uint64_t reads = 0;
    std::uint64_t overloaded = 0;  ///< turned away by a full queue
    std::uint64_t events = 0;
    std::size_t lane_queued = 0;    ///< now
    std::size_t reader_queued = 0;  ///< now
};

class Engine {
 public:
    /// Opens the lanes and readers. Fails as Storage::open_lane does, or with invalid (a port is
    /// missing).
    [[nodiscard]] static Result<std::unique_ptr<Engine>> open(EngineOptions options);
    /// Closes.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// The concepts; valid as long as the engine. Any thread.
    [[nodiscard]] Conversations& conversations() noexcept;
    [[nodiscard]] Messages& messages() noexcept;
    [[nodiscard]] Receipts& receipts() noexcept;
    [[nodiscard]] Reactions& reactions() noexcept;
    [[nodiscard]] Presence& presence() noexcept;
    [[nodiscard]] Pins& pins() noexcept;
    [[nodiscard]] Attachments& attachments() noexcept;
    [[nodiscard]] Drafts& drafts() noexcept;
    [[nodiscard]] Schedules& schedules() noexcept;
    [[nodiscard]] Moderation& moderation() noexcept;
    [[nodiscard]] Search& search() noexcept;
    [[nodiscard]] SenderKeys& sender_keys() noexcept;
    [[nodiscard]] Sync& sync() noexcept;

    /// Tells `sink` everything from the next batch on. Any thread; from a callback too.
    void add_sink(std::shared_ptr<SessionSink> sink);
    /// After this returns no new delivery begins, but one that is running may still end. Any
    /// thread.
    void remove_sink(const std::shared_ptr<SessionSink>& sink);

    [[nodiscard]] const Limits& limits() const noexcept;
    [[nodiscard]] EngineStats stats() const noexcept;
    /// Which history of the store this is: another one after it was restored or imported again.
    [[nodiscard]] Uuid epoch() const noexcept;
    /// The storage answers. Blocks; not for I/O threads. Called once a second, sinks are told of
    /// another epoch even where nothing else happens.
    [[nodiscard]] Result<void> ping();
    /// What the storage says of itself.
    [[nodiscard]] StorageFigures storage_figures() const;

    /// Takes no new commands (they are answered `closed`), finishes and answers those that it has,
    /// and stops its threads. May be called again. Called from a callback it only stops taking
    /// commands, and the rest happens when it is called, or the engine destroyed, elsewhere.
    void close();

 private:
    explicit Engine(std::unique_ptr<Core> core);
    std::unique_ptr<Core> core_;
};

}  // namespace whispr
