#include "whispr/engine.hpp"

#include "engine/core.hpp"

namespace whispr {

Engine::Engine(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options) {
    if (!options.storage) return invalid_field("storage", "is missing");
    if (!options.clock) return invalid_field("clock", "is missing");
    if (!options.ids) return invalid_field("ids", "is missing");
    if (!options.executor) return invalid_field("executor", "is missing");
    auto core = std::make_unique<Core>(std::move(options));
    if (auto opened = core->open(); !opened) return opened.error();
    return std::unique_ptr<Engine>(new Engine(std::move(core)));
}

Conversations& Engine::conversations() noexcept {
    return core_->conversations;
}
Messages& Engine::messages() noexcept {
    return core_->messages;
}
Receipts& Engine::receipts() noexcept {
    return core_->receipts;
}
Reactions& Engine::reactions() noexcept {
    return core_->reactions;
}
Presence& Engine::presence() noexcept {
    return core_->presence;
}

Pins& Engine::pins() noexcept {
    return core_->pins;
}
Attachments& Engine::attachments() noexcept {
    return core_->attachments;
}
Drafts& Engine::drafts() noexcept {
    return core_->drafts;
}
Schedules& Engine::schedules() noexcept {
    return core_->schedules;
}
Moderation& Engine::moderation() noexcept {
    return core_->moderation;
}
Search& Engine::search() noexcept {
    return core_->search;
}
SenderKeys& Engine::sender_keys() noexcept {
    return core_->sender_keys;
}

Sync& Engine::sync() noexcept {
    return core_->sync;
}

void Engine::add_sink(std::shared_ptr<SessionSink> sink) {
    core_->fanout().add(std::move(sink));
}
void Engine::remove_sink(const std::shared_ptr<SessionSink>& sink) {
    core_->fanout().remove(sink);
}

const Limits& Engine::limits() const noexcept {
    return core_->limits();
}
EngineStats Engine::stats() const noexcept {
    return core_->stats();
}
Uuid Engine::epoch() const noexcept {
    return core_->epoch();
}
Result<void> Engine::ping() {
    auto answered = core_->storage().ping();
    core_->fanout().tell_epoch(core_->epoch());
    return answered;
}
StorageFigures Engine::storage_figures() const {
    return core_->storage().figures();
}
void Engine::close() {
    core_->close();
}

}  // namespace whispr
