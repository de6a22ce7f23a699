#include "support/recording_sink.hpp"

namespace whispr::test {

void RecordingSink::deliver(const std::shared_ptr<const Events>& events) noexcept {
    {
        const std::lock_guard lock(mutex_);
        batches_.push_back(events);
    }
    if (on_deliver) on_deliver(*events);
}

void RecordingSink::clear() {
    const std::lock_guard lock(mutex_);
    batches_.clear();
}

std::vector<std::shared_ptr<const Events>> RecordingSink::batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
}

Events RecordingSink::all() const {
    return of_kind([](const Event&) { return true; });
}

Events RecordingSink::of_kind(bool (*is_it)(const Event&)) const {
    Events found;
    for (const auto& batch : batches()) {
        for (const Event& event : *batch) {
            if (is_it(event)) found.push_back(event);
        }
    }
    return found;
}

}  // namespace whispr::test
