#include <algorithm>
#include <random>

#include "memory_tables.hpp"
#include "whispr/adapters/memory.hpp"

namespace whispr {

namespace {

using memory::Lock;

Uuid random_uuid() {
    std::random_device device;
    Uuid id;
    std::generate(id.bytes.begin(), id.bytes.end(),
                  [&] { return static_cast<std::uint8_t>(device()); });
    return id;
}

class MemoryStorage final : public Storage {
 public:
    explicit MemoryStorage(std::shared_ptr<Clock> clock)
        : shared_(std::make_shared<memory::Shared>(std::move(clock), random_uuid())) {}

    std::size_t lanes() const noexcept override { return 1; }

    Result<std::unique_ptr<LaneStorage>> open_lane() override {
        const Lock lock(shared_->mutex);
        if (shared_->lane_open) {
            return Error{
                Errc::unavailable, "the only lane of the memory store is open already", {}};
        }
        shared_->lane_open = true;
        return memory::make_lane(shared_);
    }

    Result<std::unique_ptr<ReadStorage>> open_reader() override {
        return memory::make_reader(shared_);
    }

    Uuid epoch() const noexcept override { return shared_->epoch; }
    Result<void> ping() override { return {}; }

 private:
    const std::shared_ptr<memory::Shared> shared_;
};

}  // namespace

std::shared_ptr<Storage> make_memory_storage(std::shared_ptr<Clock> clock) {
    return std::make_shared<MemoryStorage>(std::move(clock));
}

}  // namespace whispr
