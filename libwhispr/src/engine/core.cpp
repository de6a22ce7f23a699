#include "engine/core.hpp"

#include <algorithm>
#include <string>

#include "engine/inside_engine.hpp"

namespace whispr {

Core::Core(EngineOptions options)
    : conversations(*this),
      messages(*this),
      receipts(*this),
      reactions(*this),
      presence(*this),
      pins(*this),
      attachments(*this),
      drafts(*this),
      schedules(*this),
      moderation(*this),
      search(*this),
      sender_keys(*this),
      sync(*this),
      options_(std::move(options)),
      sessions_(std::make_shared<Sessions>(fanout_, *options_.executor, *options_.clock,
                                           options_.limits)),
      receipt_windows_(std::make_shared<ReceiptWindows>(*this)),
      due_(std::make_shared<Due>(*this)),
      indexer_(std::make_shared<Indexer>(*this)),
      cluster_(options_.bus ? std::make_shared<Cluster>(*this, options_.bus) : nullptr),
      readers_(options_.limits.reader_queue) {
    fanout_.relay_through(cluster_.get());
}

Core::~Core() {
    close();
}

Result<void> Core::open() {
    fanout_.tell_epoch(epoch());
    const std::size_t lanes = options_.storage->lanes();
    for (std::size_t i = 0; i < lanes; ++i) {
        auto storage = options_.storage->open_lane();
        if (!storage) return storage.error();
        lanes_.push_back(std::make_unique<Lane>(*options_.storage, *std::move(storage),
                                                options_.limits, fanout_, lane_counters_,
                                                options_.log.get()));
        lanes_.back()->start(*options_.executor, "lane-" + std::to_string(i));
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.limits.readers); ++i) {
        auto storage = options_.storage->open_reader();
        if (!storage) return storage.error();
        readers_.add(*options_.executor, *std::move(storage));
    }
    if (cluster_) cluster_->start();
    due_->start();
    return {};
}

void Core::submit(std::unique_ptr<Command> command) {
    if (closing_) {
        command->fail(Error{Errc::closed, "the engine is closed", {}});
    } else {
        submit_taken(std::move(command));
    }
}

void Core::submit_taken(std::unique_ptr<Command> command) {
    const std::size_t lane = std::hash<ConversationId>{}(command->conversation()) % lanes_.size();
    lanes_[lane]->submit(std::move(command));
}

void Core::close() {
    closing_ = true;
    readers_.stop_taking();
    // A callback cannot wait for itself to end; the rest is done by the next call from elsewhere.
    if (InsideEngine::here()) return;
    sessions_->close();
    due_->close();
    // Reads that were taken may still hand commands on to the lanes, so they end first; so do
    // joined receipts and the index.
    if (!lanes_.empty()) {
        readers_.drain();
        receipt_windows_->close();
        indexer_->close();
    }
    for (const auto& lane : lanes_) {
        lane->stop_taking();
    }
    for (const auto& lane : lanes_) {
        lane->drain();
    }
    if (cluster_) cluster_->close();
}

EngineStats Core::stats() const noexcept {
    EngineStats stats;
    stats.commands = lane_counters_.commands;
    stats.refused = lane_counters_.refused;
    stats.batches = lane_counters_.batches;
    stats.batch_reruns = lane_counters_.reruns;
    stats.commit_microseconds = lane_counters_.commit_microseconds;
    stats.overloaded = lane_counters_.overloaded + readers_.overloaded();
    stats.reads = readers_.reads();
    stats.events = fanout_.delivered();
    for (const auto& lane : lanes_) {
        stats.lane_queued += lane->queued();
    }
    stats.reader_queued = readers_.queued();
    return stats;
}

}  // namespace whispr
